#include "object_check.h"

#include <algorithm>

namespace prow_coverage::sandbox {
namespace {

bool IsAlphanumeric(char c, bool upper) {
  return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (upper && c >= 'A' && c <= 'Z');
}

// Letters and digits at both ends, also "-_." between.
bool IsQualified(std::string_view text) {
  return !text.empty() && IsAlphanumeric(text.front(), true) && IsAlphanumeric(text.back(), true) &&
         std::all_of(text.begin(), text.end(), [](char c) {
           return IsAlphanumeric(c, true) || c == '-' || c == '_' || c == '.';
         });
}

Cause Invalid(std::string field, const std::string& value, std::string_view why) {
  return {"FieldValueInvalid", "Invalid value: \"" + value + "\": " + std::string(why),
          std::move(field)};
}

// "prefix/name" or "name"
void CheckKey(const std::string& field, const std::string& key, std::vector<Cause>& causes) {
  const auto slash = key.find('/');
  const std::string name = slash == std::string::npos ? key : key.substr(slash + 1);
  if (slash != std::string::npos && !IsDnsSubdomain(key.substr(0, slash))) {
    causes.push_back(Invalid(field, key, "prefix part must be a lowercase RFC 1123 subdomain"));
  }
  if (name.size() > 63) {
    causes.push_back(Invalid(field, key, "name part must be no more than 63 bytes"));
  } else if (!IsQualified(name)) {
    causes.push_back(Invalid(field, key,
                             "name part must consist of alphanumeric characters, '-', '_' or '.', "
                             "and must start and end with an alphanumeric character"));
  }
}

void CheckLabel(const std::string& key, const std::string& value, std::vector<Cause>& causes) {
  CheckKey("metadata.labels", key, causes);
  if (value.size() > 63) {
    causes.push_back(Invalid("metadata.labels", value, "must be no more than 63 bytes"));
  } else if (!value.empty() && !IsQualified(value)) {
    causes.push_back(Invalid("metadata.labels", value,
                             "a valid label must be an empty string or consist of alphanumeric "
                             "characters, '-', '_' or '.', and must start and end with an "
                             "alphanumeric character"));
  }
}

void CheckName(const std::string& name, std::vector<Cause>& causes) {
  if (name.empty()) {
    causes.push_back({"FieldValueRequired", "Required value: name or generateName is required",
                      "metadata.name"});
  } else if (!IsDnsSubdomain(name)) {
    causes.push_back(Invalid("metadata.name", name,
                             "a lowercase RFC 1123 subdomain must consist of lower case "
                             "alphanumeric characters, '-' or '.', and must start and end with an "
                             "alphanumeric character"));
  }
}

}  // namespace

bool IsDnsSubdomain(std::string_view text) {
  if (text.empty() || text.size() > 253 || text.find("..") != std::string_view::npos) return false;
  return IsAlphanumeric(text.front(), false) && IsAlphanumeric(text.back(), false) &&
         text.find("-.") == std::string_view::npos && text.find(".-") == std::string_view::npos &&
         std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c, false) || c == '-' || c == '.'; });
}

std::vector<Cause> CheckMetadata(const Json& metadata) {
  std::vector<Cause> causes;
  CheckName(Text(metadata, "name"), causes);
  for (const auto& [key, value] : Member(metadata, "labels").items()) {
    CheckLabel(key, value.is_string() ? value.get<std::string>() : "", causes);
  }
  for (const auto& [key, value] : Member(metadata, "annotations").items()) {
    CheckKey("metadata.annotations", key, causes);
  }
  return causes;
}

}  // namespace prow_coverage::sandbox
