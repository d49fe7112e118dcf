#include "offline.h"

namespace prow_coverage::app {

Task<Result<github::ChangedFiles>> OfflineGitHub::GetChangedFiles(const std::string&,
                                                                  const std::string&,
                                                                  std::int64_t) {
  co_return files_;
}

Task<Result<PullRequest>> OfflineGitHub::GetPullRequest(const std::string&, const std::string&,
                                                        std::int64_t) {
  co_return pull_;
}

Task<Result<std::string>> OfflineGitHub::GetBranchTip(const std::string&, const std::string&,
                                                      const std::string&) {
  co_return base_sha_;
}

Task<Result<void>> OfflineGitHub::CreateStatus(const std::string&, const std::string&,
                                               const std::string&, const github::CommitStatus&) {
  co_return Result<void>();
}

Task<Result<std::vector<PullRequest>>> OfflineGitHub::ListOpenPullRequests(const std::string&,
                                                                           const std::string&) {
  co_return std::vector<PullRequest>{pull_};
}

Task<Result<std::vector<github::CommitStatus>>> OfflineGitHub::ListStatuses(const std::string&,
                                                                            const std::string&,
                                                                            const std::string&) {
  co_return std::vector<github::CommitStatus>{};
}

Task<Result<inbox::Stored>> OfflineInbox::Store(inbox::NewDelivery) { co_return inbox::Stored{}; }

Task<Result<inbox::Stored>> OfflineInbox::Keep(inbox::NewDelivery, std::string) {
  co_return inbox::Stored{};
}

Task<Result<void>> OfflineInbox::Record(std::int64_t, inbox::Progress progress) {
  last_ = std::move(progress);
  co_return Result<void>();
}

Task<Result<std::vector<inbox::Pending>>> OfflineInbox::Due(WallTime, std::int64_t, std::size_t) {
  co_return std::vector<inbox::Pending>{};
}

Task<Result<inbox::Delivery>> OfflineInbox::Get(std::int64_t) { co_return inbox::Delivery{}; }

Task<Result<std::vector<inbox::Sighting>>> OfflineInbox::Sightings(std::vector<inbox::PullKey>) {
  co_return std::vector<inbox::Sighting>{};
}

Task<Result<WallTime>> OfflineInbox::ReserveStartTime(std::string, std::string, std::int64_t,
                                                      WallTime wanted) {
  co_return wanted;
}

Task<Result<void>> OfflineInbox::SaveReport(inbox::Report) { co_return Result<void>(); }

Task<Result<std::vector<inbox::Report>>> OfflineInbox::Reports(std::int64_t, std::size_t) {
  co_return std::vector<inbox::Report>{};
}

}  // namespace prow_coverage::app
