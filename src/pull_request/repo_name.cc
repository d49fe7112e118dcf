#include "prow_coverage/pull_request/repo_name.h"

namespace prow_coverage {

std::optional<RepoParts> SplitRepoName(std::string_view name) {
  const auto slash = name.find('/');
  if (slash == std::string_view::npos) return std::nullopt;
  return RepoParts{name.substr(0, slash), name.substr(slash + 1)};
}

std::string RepoName(std::string_view org, std::string_view repo) {
  return std::string(org).append("/").append(repo);
}

std::string PullName(std::string_view org, std::string_view repo, std::int64_t number) {
  return RepoName(org, repo) + "#" + std::to_string(number);
}

}  // namespace prow_coverage
