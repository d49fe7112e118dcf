#pragma once

#include <map>
#include <string>
#include <vector>

#include "prow_coverage/github/client.h"

#include "support/call_script.h"

namespace prow_coverage::testing {

// GitHub with one pull request. Calls are journalled as files, head, branch, status, pulls,
// statuses.
class FakeGitHub final : public github::Client {
 public:
  struct Posted {
    std::string repo;  // "org/repo"
    std::string sha;
    github::CommitStatus status;
  };

  CallScript script;
  PullRequest pull;
  github::ChangedFiles files;
  std::string tip = std::string(40, 'b');
  std::vector<Posted> posted;
  // By "org/repo"; a repository that is not named has `pull` alone.
  std::map<std::string, std::vector<PullRequest>> open;

  Task<Result<github::ChangedFiles>> GetChangedFiles(const std::string&, const std::string&,
                                                     std::int64_t) override {
    if (auto error = script.Begin("files")) co_return std::move(*error);
    co_return files;
  }
  Task<Result<PullRequest>> GetPullRequest(const std::string&, const std::string&,
                                           std::int64_t) override {
    if (auto error = script.Begin("head")) co_return std::move(*error);
    co_return pull;
  }
  Task<Result<std::string>> GetBranchTip(const std::string&, const std::string&,
                                         const std::string&) override {
    if (auto error = script.Begin("branch")) co_return std::move(*error);
    co_return tip;
  }
  Task<Result<void>> CreateStatus(const std::string& org, const std::string& repo,
                                  const std::string& sha,
                                  const github::CommitStatus& status) override {
    if (auto error = script.Begin("status")) co_return std::move(*error);
    posted.push_back({org + "/" + repo, sha, status});
    co_return Result<void>();
  }
  Task<Result<std::vector<PullRequest>>> ListOpenPullRequests(const std::string& org,
                                                              const std::string& repo) override {
    if (auto error = script.Begin("pulls")) co_return std::move(*error);
    if (const auto found = open.find(org + "/" + repo); found != open.end()) {
      co_return found->second;
    }
    co_return std::vector<PullRequest>{pull};
  }
  Task<Result<std::vector<github::CommitStatus>>> ListStatuses(const std::string&,
                                                               const std::string&,
                                                               const std::string& sha) override {
    if (auto error = script.Begin("statuses")) co_return std::move(*error);
    std::vector<github::CommitStatus> statuses;
    for (const auto& entry : posted) {
      if (entry.sha == sha) statuses.insert(statuses.begin(), entry.status);
    }
    co_return statuses;
  }
};

}  // namespace prow_coverage::testing
