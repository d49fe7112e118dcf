#include "json_fields.h"

#include <algorithm>

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kReplacement = "\uFFFD";

bool IsSafe(std::string_view text) {
  return text.find('\0') == std::string_view::npos && IsValidUtf8(text);
}

std::string Safe(std::string_view text) {
  std::string safe = ToValidUtf8(text);
  for (auto at = safe.find('\0'); at != std::string::npos; at = safe.find('\0', at)) {
    safe.replace(at, 1, kReplacement);
  }
  return safe;
}

}  // namespace

Error InvalidField(std::string_view field, std::string_view what) {
  return {ErrorCode::kInvalidArgument, std::string(field) + " " + std::string(what), {}};
}

Result<std::string> TextOf(const Json& object, std::string_view name) {
  const auto found = object.find(name);
  if (found == object.end() || found->is_null()) return std::string();
  if (!found->is_string()) return InvalidField(name, "is not a string: quote it");
  return found->get<std::string>();
}

void PutText(Json& object, std::string_view name, std::string_view text) {
  if (!text.empty()) object[name] = text;
}

void QuantitiesToText(Json& value) {
  if (value.is_number()) {
    value = value.dump();
  } else if (value.is_structured()) {
    for (auto& element : value) QuantitiesToText(element);
  }
}

Result<void> MakeTextsSafe(Json& value) {
  if (value.is_string()) {
    auto& text = value.get_ref<std::string&>();
    if (!IsSafe(text)) text = Safe(text);
    return {};
  }
  if (!value.is_structured()) return {};
  for (auto member = value.begin(); member != value.end(); ++member) {
    if (value.is_object() && !IsSafe(member.key())) {
      return InvalidField("\"" + Safe(member.key()) + "\"", "is no valid UTF-8: rename the key");
    }
    if (auto safe = MakeTextsSafe(*member); !safe) return safe.error();
  }
  return {};
}

}  // namespace prow_coverage::prow
