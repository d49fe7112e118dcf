#include "prow_coverage/pr_pod/names.h"

#include <algorithm>

#include "prow_coverage/base/uuid.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr std::size_t kMaxName = 63;  // RFC 1123 label; a Job's name becomes its pods' label
constexpr std::string_view kBuilderSuffix = "builder";

bool IsLowerOrDigit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

bool IsPlain(char c) { return IsLowerOrDigit(c) || (c >= 'A' && c <= 'Z'); }

Result<void> Check(const std::string& name, std::string_view flag) {
  const bool label =
      !name.empty() && IsLowerOrDigit(name.front()) && IsLowerOrDigit(name.back()) &&
      std::all_of(name.begin(), name.end(), [](char c) { return IsLowerOrDigit(c) || c == '-'; });
  if (label && name.size() <= kMaxName) return {};
  const std::string reason =
      label ? " is " + std::to_string(name.size()) + " characters long, Kubernetes allows 63"
            : " \"" + name.substr(0, kMaxName) +
                  "\" is no name for Kubernetes: a-z, 0-9 and - inside";
  return Error{ErrorCode::kInvalidArgument, std::string(flag) + reason, {}};
}

// `name`-`suffix` in 63 characters; of a name that is cut some hash stays, so that two that differ
// at their ends do not become one.
std::string Join(std::string name, std::string_view suffix) {
  if (suffix.empty()) return name;
  const std::size_t room = kMaxName - suffix.size() - 1;
  if (name.size() > room) name = name.substr(0, room - 6) + "-" + UrlUuid(name).substr(0, 5);
  return name + "-" + std::string(suffix);
}

}  // namespace

Result<Names> MakeNames(const std::string& job, const std::string& secret,
                        std::string_view suffix) {
  if (auto checked = Check(job, "--name"); !checked) return checked.error();
  if (auto checked = Check(secret, "--secret-name"); !checked) return checked.error();
  Names names;
  names.job = Join(job, suffix);
  names.secret = Join(secret, suffix);
  names.builder = Join(names.job, kBuilderSuffix);
  return names;
}

std::string LabelValue(std::string_view text) {
  std::string value(text.substr(0, kMaxName));
  for (char& c : value) {
    if (!IsPlain(c) && c != '-' && c != '_' && c != '.') c = '-';
  }
  while (!value.empty() && !IsPlain(value.back())) value.pop_back();
  const auto begin = std::find_if(value.begin(), value.end(), IsPlain);
  return std::string(begin, value.end());
}

}  // namespace prow_coverage::pr_pod
