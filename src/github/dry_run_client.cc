#include <utility>

#include "prow_coverage/github/client.h"

namespace prow_coverage::github {
namespace {

using Print = std::function<void(const std::string& org, const std::string& repo,
                                 const std::string& sha, const CommitStatus& status)>;

class DryRunClient final : public Client {
 public:
  DryRunClient(Client& real, Print print) : real_(real), print_(std::move(print)) {}

  Task<Result<ChangedFiles>> GetChangedFiles(const std::string& org, const std::string& repo,
                                             std::int64_t number) override {
    return real_.GetChangedFiles(org, repo, number);
  }

  Task<Result<PullRequest>> GetPullRequest(const std::string& org, const std::string& repo,
                                           std::int64_t number) override {
    return real_.GetPullRequest(org, repo, number);
  }

  Task<Result<std::string>> GetBranchTip(const std::string& org, const std::string& repo,
                                         const std::string& branch) override {
    return real_.GetBranchTip(org, repo, branch);
  }

  Task<Result<void>> CreateStatus(const std::string& org, const std::string& repo,
                                  const std::string& sha, const CommitStatus& status) override {
    print_(org, repo, sha, status);
    co_return Result<void>();
  }

  Task<Result<std::vector<PullRequest>>> ListOpenPullRequests(const std::string& org,
                                                              const std::string& repo) override {
    return real_.ListOpenPullRequests(org, repo);
  }

  Task<Result<std::vector<CommitStatus>>> ListStatuses(const std::string& org,
                                                       const std::string& repo,
                                                       const std::string& sha) override {
    return real_.ListStatuses(org, repo, sha);
  }

 private:
  Client& real_;
  const Print print_;
};

}  // namespace

std::unique_ptr<Client> MakeDryRunClient(Client& real, Print print) {
  return std::make_unique<DryRunClient>(real, std::move(print));
}

}  // namespace prow_coverage::github
