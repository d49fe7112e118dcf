#include "orphanage.h"

#include <algorithm>
#include <chrono>
#include <utility>
#include <vector>

#include "prow_coverage/github/commit_gone.h"
#include "prow_coverage/prow/prow_job.h"

#include "next_attempt.h"
#include "save.h"

namespace prow_coverage::reporter {
namespace {

// A Lease that is not renewed is another's after some twelve seconds: whoever is still a follower
// then is not the only replica.
constexpr std::chrono::seconds kPatience{15};

bool HasFinalStatus(const std::vector<github::CommitStatus>& statuses) {
  const auto ours = std::find_if(statuses.begin(), statuses.end(), [](const auto& status) {
    return status.context == prow::kJobName;
  });
  return ours != statuses.end() && ours->state != github::CommitState::kPending;
}

}  // namespace

Task<Stepped> Orphanage::Step(std::string key) {
  Entry* entry = heads_.Find(key);
  if (entry == nullptr || !IsOrphan(*entry)) co_return Stepped();
  const JobPointer job = entry->job;
  if (!entry->orphaned_at) co_return co_await TakeIn(*entry, job);
  const auto left = *entry->orphaned_at + kPatience - deps_.clock.Monotonic();
  if (left > MonotonicTime::duration(0)) {
    Stepped later;
    later.again_at = deps_.clock.Now() + std::chrono::ceil<std::chrono::milliseconds>(left);
    co_return later;
  }
  co_return co_await Place(*entry, job);
}

// Kept, so that a restart of ours does not forget it either.
Task<Stepped> Orphanage::TakeIn(Entry& entry, JobPointer job) {
  entry.orphaned_at = deps_.clock.Monotonic();
  if (!entry.told.IsAbout(*job)) {
    Reach(entry, *job, Phase::kWaiting);
    co_await Save(deps_, entry);
  }
  Stepped later;
  later.again_at = deps_.clock.Now() + kPatience;
  co_return later;
}

Task<Stepped> Orphanage::Place(Entry& entry, JobPointer job) {
  std::optional<PullRequest> pull;
  const auto answered = co_await IsAnswered(job->head, pull);
  if (!answered) co_return Failed(answered.error());
  if (entry.job != job) co_return Stepped();
  if (*answered) co_return co_await Close(entry, job);
  auto delivery = NextAttempt(*pull, *job);
  auto accepted = co_await deps_.accept(std::move(delivery));
  // A conflict: it was asked for before the pull request got another title.
  if (!accepted && accepted.error().code != ErrorCode::kConflict) {
    co_return Failed(accepted.error());
  }
  deps_.logger.Info("a job was deleted and nobody has told it: the next attempt is asked for",
                    {{"org", job->head.org},
                     {"repo", job->head.repo},
                     {"pr", job->head.number},
                     {"sha", job->head.sha},
                     {"job", job->name}});
  co_return co_await Close(entry, job);
}

Task<Result<bool>> Orphanage::IsAnswered(Head head, std::optional<PullRequest>& pull) {
  const auto statuses = co_await deps_.github.ListStatuses(head.org, head.repo, head.sha);
  if (!statuses && github::IsCommitGone(statuses.error())) co_return true;
  if (!statuses) co_return statuses.error();
  if (HasFinalStatus(*statuses)) co_return true;
  auto found = co_await deps_.github.GetPullRequest(head.org, head.repo, head.number);
  if (!found && found.error().code == ErrorCode::kNotFound) co_return true;
  if (!found) co_return found.error();
  pull = std::move(*found);
  co_return pull->state != "open" || pull->head_sha != head.sha;
}

Task<Stepped> Orphanage::Close(Entry& entry, JobPointer job) {
  Reach(entry, *job, Phase::kEnded);
  co_await Save(deps_, entry);
  co_return Stepped();
}

}  // namespace prow_coverage::reporter
