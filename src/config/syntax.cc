#include "syntax.h"

#include <algorithm>

#include "quantity.h"

namespace prow_coverage::config {
namespace {

bool IsLower(char c) { return c >= 'a' && c <= 'z'; }
bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsAlphanumeric(char c) { return IsLower(static_cast<char>(c | 0x20)) || IsDigit(c); }
bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; }

// 1 to `limit` characters out of letters, digits and `others`, a letter or digit at both ends.
bool IsName(std::string_view text, std::size_t limit, std::string_view others) {
  if (text.empty() || text.size() > limit) return false;
  if (!IsAlphanumeric(text.front()) || !IsAlphanumeric(text.back())) return false;
  return std::all_of(text.begin(), text.end(), [&](char c) {
    return IsAlphanumeric(c) || others.find(c) != std::string_view::npos;
  });
}

bool HasUpper(std::string_view text) {
  return std::any_of(text.begin(), text.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
}

bool IsDnsLabel(std::string_view text) { return IsName(text, 63, "-") && !HasUpper(text); }

bool IsDnsSubdomain(std::string_view text) {
  if (text.size() > 253) return false;
  while (true) {
    const auto dot = text.find('.');
    if (!IsDnsLabel(text.substr(0, dot))) return false;
    if (dot == std::string_view::npos) return true;
    text.remove_prefix(dot + 1);
  }
}

bool IsQualifiedName(std::string_view text) {
  const auto slash = text.find('/');
  if (slash == std::string_view::npos) return IsName(text, 63, "-_.");
  return IsDnsSubdomain(text.substr(0, slash)) && IsName(text.substr(slash + 1), 63, "-_.");
}

// What the daemon and Prow set and look for themselves.
bool IsReserved(std::string_view name) {
  return name.starts_with("prow.k8s.io/") || name == "created-by-prow" ||
         name == "coverage-plugin" || name == "event-GUID";
}

bool IsLabelName(std::string_view text) { return IsQualifiedName(text) && !IsReserved(text); }

bool IsLabelValue(std::string_view text) { return text.empty() || IsName(text, 63, "-_."); }

bool IsEnvName(std::string_view text) {
  if (text.empty() || IsDigit(text.front())) return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

bool IsAnyText(std::string_view text) { return text.find('\0') == std::string_view::npos; }

bool IsOneLine(std::string_view text) { return std::none_of(text.begin(), text.end(), IsControl); }

bool IsOneWord(std::string_view text) {
  return IsOneLine(text) && text.find(' ') == std::string_view::npos;
}

bool IsQuantity(std::string_view text) {
  const auto value = ParseQuantity(text);
  return value && *value >= 0;
}

bool IsPathStrategy(std::string_view text) {
  return text == "explicit" || text == "legacy" || text == "single";
}

bool IsGitHubName(std::string_view text) {
  if (text.empty() || text.size() > 100 || text == "." || text == "..") return false;
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return IsAlphanumeric(c) || c == '_' || c == '-' || c == '.'; });
}

bool IsRepository(std::string_view text) {
  const auto slash = text.find('/');
  return slash != std::string_view::npos && IsGitHubName(text.substr(0, slash)) &&
         IsGitHubName(text.substr(slash + 1));
}

bool IsCoverageDir(std::string_view text) {
  if (text.empty() || text.front() == '/' || !IsOneLine(text)) return false;
  if (text.find('*') != std::string_view::npos) return false;
  while (true) {
    const auto slash = text.find('/');
    const auto element = text.substr(0, slash);
    if (element == "..") return false;
    if (slash == std::string_view::npos) return true;
    if (element == "...") return false;
    text.remove_prefix(slash + 1);
  }
}

}  // namespace

const Rule kAnyText = {IsAnyText, "holds a NUL character, leave it out"};
const Rule kOneLine = {IsOneLine, "holds a control character, write it on one line"};
const Rule kOneWord = {IsOneWord, "must be one word, take the white space out"};
const Rule kNamespace = {IsDnsLabel,
                         "is no name of a namespace, use at most 63 of a-z, 0-9 and -, with a "
                         "letter or digit at both ends"};
const Rule kSecretName = {IsDnsSubdomain,
                          "is no name of a Secret, use at most 253 of a-z, 0-9, - and ., with a "
                          "letter or digit at both ends"};
const Rule kEnvName = {IsEnvName,
                       "is no name of an environment variable, use letters, digits, _, - and ., "
                       "with no digit first"};
const Rule kLabelName = {IsLabelName,
                         "is no name that can be set here, use [prefix/]name as Kubernetes wants "
                         "it, and none that Prow or the daemon sets itself (prow.k8s.io/..., "
                         "created-by-prow, coverage-plugin, event-GUID)"};
const Rule kLabelValue = {IsLabelValue,
                          "is no value of a label, use at most 63 letters, digits, -, _ and ., "
                          "with a letter or digit at both ends"};
const Rule kResourceName = {IsQualifiedName,
                            "is no name of a resource, use cpu, memory or another that Kubernetes "
                            "knows"};
const Rule kQuantity = {IsQuantity, "is no quantity, write it like 500m, 2 or 4Gi"};
const Rule kPathStrategy = {IsPathStrategy, "is no path strategy, use explicit, legacy or single"};
const Rule kGitHubName = {IsGitHubName, "is no name on GitHub, use letters, digits, -, _ and ."};
const Rule kRepository = {IsRepository, "is no repository, write it as org/repo"};
const Rule kCoverageDir = {IsCoverageDir,
                           "is no directory of the repository, write it like ./dir/... or ./dir"};

}  // namespace prow_coverage::config
