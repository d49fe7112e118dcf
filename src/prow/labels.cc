#include "labels.h"

#include <algorithm>

#include "prow_coverage/prow/prow_job.h"

namespace prow_coverage::prow {
namespace {

constexpr std::size_t kMaxName = 63;
constexpr std::size_t kMaxSubdomain = 253;

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }
bool IsAlphanumeric(char c) { return IsLowerOrDigit(c) || (c >= 'A' && c <= 'Z'); }
bool IsNameCharacter(char c) { return IsAlphanumeric(c) || c == '-' || c == '_' || c == '.'; }

bool IsSubdomain(std::string_view text) {
  if (text.empty() || text.size() > kMaxSubdomain) return false;
  char before = '.';
  for (const char c : text) {
    const bool ends_well = c != '.' || IsLowerOrDigit(before);
    const bool begins_well = before != '.' || IsLowerOrDigit(c);
    if (!ends_well || !begins_well || !(IsLowerOrDigit(c) || c == '-' || c == '.')) return false;
    before = c;
  }
  return IsLowerOrDigit(before);
}

// Go's filepath.Base, but "" where that is "/".
std::string_view LastPathElement(std::string_view path) {
  while (path.ends_with('/')) path.remove_suffix(1);
  const auto slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

}  // namespace

bool IsLabelValue(std::string_view text) {
  if (text.empty()) return true;
  return text.size() <= kMaxName && IsAlphanumeric(text.front()) && IsAlphanumeric(text.back()) &&
         std::all_of(text.begin(), text.end(), IsNameCharacter);
}

bool IsQualifiedName(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return !text.empty() && IsLabelValue(text);
  const auto name = text.substr(slash + 1);
  return IsSubdomain(text.substr(0, slash)) && !name.empty() && IsLabelValue(name);
}

std::optional<std::string> LabelValue(std::string_view text) {
  if (IsLabelValue(text)) return std::string(text);
  const auto last = LastPathElement(text);
  if (last.empty() || !IsLabelValue(last)) return std::nullopt;
  return std::string(last);
}

}  // namespace prow_coverage::prow
