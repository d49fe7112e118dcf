#include "value.h"

#include <charconv>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/nearest.h"
#include "prow_coverage/base/utf8.h"

namespace prow_coverage::config {
namespace {

using Kind = yaml::Node::Kind;

constexpr std::size_t kMaxShown = 100;

std::string Joined(const std::vector<std::string>& names) {
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "" : ", ") + name;
  return text;
}

// Octal, hexadecimal and 1_000 mean different things to different readers of YAML.
bool IsDecimal(std::string_view text) {
  const bool digits = text.find_first_not_of("0123456789") == std::string_view::npos;
  return !text.empty() && digits && (text.size() == 1 || text.front() != '0');
}

}  // namespace

std::string Shown(std::string_view text) {
  const std::string cut(ClipUtf8(text, kMaxShown));
  constexpr auto kReplace = nlohmann::json::error_handler_t::replace;
  return nlohmann::json(cut).dump(-1, ' ', false, kReplace) +
         (cut.size() < text.size() ? "..." : "");
}

Error Value::Fault(std::string_view what) const {
  std::string message(source_);
  message += ":" + std::to_string(node_->line) + ": ";
  if (!path_.empty()) message += std::string(ClipUtf8(path_, 4 * kMaxShown)) + ": ";
  message += what;
  return {ErrorCode::kInvalidArgument, std::move(message), {}};
}

Error Value::UnknownKey(std::string_view key, std::vector<std::string> known) const {
  const auto nearest = Nearest(key, known);
  if (nearest.empty()) return Fault("unknown key, the known ones are " + Joined(known));
  return Fault("unknown key, did you mean \"" + std::string(nearest) + "\"?");
}

Result<std::string> Value::Text(const Rule& rule) const {
  if (node_->kind != Kind::kScalar) return Fault("must be a string");
  if (!rule.holds(node_->scalar)) {
    return Fault(Shown(node_->scalar) + " " + std::string(rule.otherwise));
  }
  return node_->scalar;
}

Result<std::string> Value::NonEmptyText(const Rule& rule) const {
  if (node_->kind == Kind::kScalar && node_->scalar.empty()) {
    return Fault("is empty, leave it out for the default");
  }
  return Text(rule);
}

Result<bool> Value::Bool() const {
  const auto value = node_->kind == Kind::kScalar ? yaml::ToJson(*node_) : nullptr;
  if (!value.is_boolean()) return Fault("must be true or false");
  return value.get<bool>();
}

Result<int> Value::Integer(int min, int max) const {
  int number = 0;
  const std::string& text = node_->scalar;
  const bool decimal = node_->kind == Kind::kScalar && !node_->quoted && IsDecimal(text);
  const auto parsed = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!decimal || parsed.ec != std::errc() || number < min || number > max) {
    return Fault("must be a whole number from " + std::to_string(min) + " to " +
                 std::to_string(max));
  }
  return number;
}

Result<void> Value::ForEachItem(const std::function<Result<void>(const Value& item)>& visit) const {
  if (node_->kind != Kind::kSequence) return Fault("must be a list");
  for (std::size_t i = 0; i < node_->items.size(); ++i) {
    const Value item(node_->items[i], path_ + "[" + std::to_string(i) + "]", source_);
    if (auto visited = visit(item); !visited) return visited;
  }
  return {};
}

Result<void> Value::ForEachMember(
    const std::function<Result<void>(const std::string& key, const Value& member)>& visit) const {
  if (node_->kind != Kind::kMapping) return Fault("must be a mapping");
  for (const auto& [key, node] : node_->members) {
    const std::string name = kOneLine.holds(key) ? key : Shown(key);
    const Value member(node, path_.empty() ? name : path_ + "." + name, source_);
    if (auto visited = visit(key, member); !visited) return visited;
  }
  return {};
}

}  // namespace prow_coverage::config
