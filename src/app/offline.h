#pragma once

#include <optional>
#include <string>
#include <utility>

#include "prow_coverage/github/client.h"
#include "prow_coverage/inbox/inbox.h"

namespace prow_coverage::app {

// GitHub as one payload and a list of files tell it: what `render` decides from.
class OfflineGitHub final : public github::Client {
 public:
  OfflineGitHub(PullRequest pull, github::ChangedFiles files, std::string base_sha)
      : pull_(std::move(pull)), files_(std::move(files)), base_sha_(std::move(base_sha)) {}

  Task<Result<github::ChangedFiles>> GetChangedFiles(const std::string&, const std::string&,
                                                     std::int64_t) override;
  Task<Result<PullRequest>> GetPullRequest(const std::string&, const std::string&,
                                           std::int64_t) override;
  Task<Result<std::string>> GetBranchTip(const std::string&, const std::string&,
                                         const std::string&) override;
  Task<Result<void>> CreateStatus(const std::string&, const std::string&, const std::string&,
                                  const github::CommitStatus&) override;
  Task<Result<std::vector<PullRequest>>> ListOpenPullRequests(const std::string&,
                                                              const std::string&) override;
  Task<Result<std::vector<github::CommitStatus>>> ListStatuses(const std::string&,
                                                               const std::string&,
                                                               const std::string&) override;

 private:
  const PullRequest pull_;
  const github::ChangedFiles files_;
  const std::string base_sha_;
};

// An inbox that holds nothing and remembers how the one delivery ended.
class OfflineInbox final : public inbox::Inbox {
 public:
  Task<Result<inbox::Stored>> Store(inbox::NewDelivery) override;
  Task<Result<inbox::Stored>> Keep(inbox::NewDelivery, std::string) override;
  Task<Result<void>> Record(std::int64_t, inbox::Progress progress) override;
  Task<Result<std::vector<inbox::Pending>>> Due(WallTime, std::int64_t, std::size_t) override;
  Task<Result<inbox::Delivery>> Get(std::int64_t) override;
  Task<Result<std::vector<inbox::Sighting>>> Sightings(std::vector<inbox::PullKey>) override;
  Task<Result<WallTime>> ReserveStartTime(std::string, std::string, std::int64_t,
                                          WallTime wanted) override;
  Task<Result<void>> SaveReport(inbox::Report) override;
  Task<Result<std::vector<inbox::Report>>> Reports(std::int64_t, std::size_t) override;
  bool Healthy() const override { return true; }

  [[nodiscard]] const inbox::Progress& last() const { return last_; }

 private:
  inbox::Progress last_;
};

}  // namespace prow_coverage::app
