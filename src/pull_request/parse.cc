#include "prow_coverage/pull_request/parse.h"

#include <algorithm>
#include <cctype>

namespace prow_coverage {
namespace {

struct TextField {
  std::string_view path;
  std::string PullRequest::* target;
};

constexpr TextField kRequiredTexts[] = {
    {"base.repo.owner.login", &PullRequest::org},
    {"base.repo.name", &PullRequest::repo},
    {"base.repo.html_url", &PullRequest::repo_url},
    {"title", &PullRequest::title},
    {"html_url", &PullRequest::url},
    {"state", &PullRequest::state},
    {"head.sha", &PullRequest::head_sha},
    {"head.ref", &PullRequest::head_ref},
    {"base.ref", &PullRequest::base_ref},
    {"base.sha", &PullRequest::base_sha},
};

Error Implausible(std::string_view path, std::string_view value, std::string_view what) {
  return {ErrorCode::kInvalidArgument,
          "pull request: " + std::string(path) + " is \"" + std::string(value.substr(0, 80)) +
              "\", which is no " + std::string(what),
          {}};
}

bool IsSha(std::string_view text) {
  const auto is_hex = [](unsigned char c) { return std::isxdigit(c) != 0; };
  return (text.size() == 40 || text.size() == 64) && std::all_of(text.begin(), text.end(), is_hex);
}

// The alphabet of GitHub's owner and repository names. They become part of request paths.
bool IsName(std::string_view text) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= 100 && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), allowed);
}

Result<void> CheckPlausible(const PullRequest& pull) {
  if (!IsName(pull.org)) return Implausible("base.repo.owner.login", pull.org, "owner name");
  if (!IsName(pull.repo)) return Implausible("base.repo.name", pull.repo, "repository name");
  if (!IsSha(pull.head_sha)) return Implausible("head.sha", pull.head_sha, "commit SHA");
  if (!IsSha(pull.base_sha)) return Implausible("base.sha", pull.base_sha, "commit SHA");
  if (pull.head_ref.empty()) return Implausible("head.ref", pull.head_ref, "branch name");
  if (pull.base_ref.empty()) return Implausible("base.ref", pull.base_ref, "branch name");
  if (pull.number <= 0) {
    return Implausible("number", std::to_string(pull.number), "pull request number");
  }
  return {};
}

}  // namespace

Result<PullRequest> ParsePullRequest(const json::Value& object) {
  PullRequest pull;
  for (const auto& field : kRequiredTexts) {
    const auto value = object.String(field.path);
    if (!value) return value.error();
    pull.*field.target = *value;
  }
  const auto number = object.Integer("number");
  if (!number) return number.error();
  pull.number = *number;
  pull.draft = object.OptionalBool("draft").value_or(false);
  // GitHub answers `user: null` for a deleted account and shows it as "ghost".
  pull.author = object.OptionalString("user.login").value_or("ghost");
  pull.author_url = object.OptionalString("user.html_url").value_or("https://github.com/ghost");
  if (auto plausible = CheckPlausible(pull); !plausible) return plausible.error();
  return pull;
}

}  // namespace prow_coverage
