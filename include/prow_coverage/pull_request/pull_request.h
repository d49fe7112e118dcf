#pragma once

#include <cstdint>
#include <string>

namespace prow_coverage {

// A pull request as GitHub describes it, in a webhook's `pull_request` and in REST answers alike.
// The repository is the base repository: the one that the pull request wants to change.
struct PullRequest {
  std::string org;
  std::string repo;
  std::string repo_url;  // html_url of the base repository
  std::int64_t number = 0;
  std::string title;
  std::string url;    // html_url
  std::string state;  // "open" or "closed"
  bool draft = false;
  std::string author;      // user.login; "ghost" when the account is gone
  std::string author_url;  // user.html_url
  std::string head_sha;    // lower-case hex digits: 40, or 64 in a SHA-256 repository
  std::string head_ref;
  std::string base_ref;
  std::string base_sha;  // of the moment the event was made; stale as soon as the base branch moves

  bool operator==(const PullRequest&) const = default;
};

// "org/repo"
[[nodiscard]] std::string RepoName(const PullRequest& pull);

// "org/repo#number"
[[nodiscard]] std::string PullName(const PullRequest& pull);

}  // namespace prow_coverage
