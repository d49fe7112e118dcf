#include "prow_coverage/webhook/secrets.h"

#include <algorithm>

#include "prow_coverage/base/trim.h"
#include "prow_coverage/yaml/node.h"

namespace prow_coverage::webhook {
namespace {

using Kind = yaml::Node::Kind;

Error Broken(std::string what) { return {ErrorCode::kInvalidArgument, std::move(what), {}}; }

// Null stands for an empty list or object, as encoding/json reads it for Prow.
bool IsListOfObjects(const yaml::Node& node) {
  const auto is_object = [](const yaml::Node& item) {
    return item.kind == Kind::kMapping || item.kind == Kind::kNull;
  };
  if (node.kind == Kind::kNull) return true;
  return node.kind == Kind::kSequence &&
         std::all_of(node.items.begin(), node.items.end(), is_object);
}

bool IsHierarchy(const yaml::Node& node) {
  return node.kind == Kind::kMapping &&
         std::all_of(node.members.begin(), node.members.end(),
                     [](const auto& member) { return IsListOfObjects(member.value); });
}

// The message names the place, never the value.
Result<std::vector<std::string>> Tokens(const std::string& name, const yaml::Node& list) {
  std::vector<std::string> tokens;
  for (const auto& item : list.items) {
    const auto* value = item.Find("value");
    if (value == nullptr || value->kind != Kind::kScalar || value->scalar.empty()) {
      return Broken("line " + std::to_string(item.line) + ": a token of \"" + name +
                    "\" has no value: give it one or remove it");
    }
    tokens.push_back(value->scalar);
  }
  return tokens;
}

}  // namespace

Result<Secrets> Secrets::Parse(std::string_view text) {
  const auto trimmed = Trim(text, kGoSpace);
  if (trimmed.empty()) return Broken("there is no webhook secret in it: it is empty");
  Secrets secrets;
  const auto root = yaml::Parse(text, "webhook secrets");
  if (!root || !IsHierarchy(*root)) {
    secrets.by_name_["*"].emplace_back(trimmed);
    secrets.single_token_ = true;
    return secrets;
  }
  if (root->members.empty())
    return Broken("there is no webhook secret in it: the mapping is empty");
  for (const auto& [name, list] : root->members) {
    auto tokens = Tokens(name, list);
    if (!tokens) return tokens.error();
    secrets.by_name_[name] = std::move(*tokens);
  }
  return secrets;
}

std::span<const std::string> Secrets::For(std::string_view org, std::string_view repo) const {
  const std::string levels[] = {
      repo.empty() ? std::string() : std::string(org) + "/" + std::string(repo), std::string(org),
      "*"};
  for (const auto& level : levels) {
    if (level.empty()) continue;
    if (const auto found = by_name_.find(level); found != by_name_.end()) return found->second;
  }
  return {};
}

std::string Secrets::Names() const {
  std::string names;
  for (const auto& [name, tokens] : by_name_) names += (names.empty() ? "" : ", ") + name;
  return names;
}

}  // namespace prow_coverage::webhook
