#include "orphanage.h"

#include <utility>

#include "next_attempt.h"
#include "save.h"
#include "standing.h"

namespace prow_coverage::reporter {
namespace {

// Of --stuck-after: five minutes by default. GitHub may be out of order for that long before a
// second job is made of what the other replica only could not tell.
constexpr int kPatience = 12;

}  // namespace

Task<Stepped> Orphanage::Step(std::string key) {
  Entry* entry = heads_.Find(key);
  if (entry == nullptr || !IsOrphan(*entry)) co_return Stepped();
  const JobPointer job = entry->job;
  if (!entry->ask_about_orphan_at) co_return AskLater(*entry, options_.stuck_after / kPatience);
  const auto left = *entry->ask_about_orphan_at - deps_.clock.Monotonic();
  if (left > MonotonicTime::duration(0)) {
    co_return AskLater(*entry, std::chrono::ceil<std::chrono::milliseconds>(left));
  }
  co_return co_await Place(*entry, job);
}

Stepped Orphanage::AskLater(Entry& entry, std::chrono::milliseconds wait) {
  entry.ask_about_orphan_at = deps_.clock.Monotonic() + wait;
  Stepped later;
  later.again_at = deps_.clock.Now() + wait;
  return later;
}

Task<Stepped> Orphanage::Place(Entry& entry, JobPointer job) {
  std::optional<PullRequest> pull;
  const auto answered = co_await IsAnswered(entry, pull);
  if (!answered) co_return Failed(answered.error());
  if (entry.job != job) co_return Stepped();
  if (*answered) {
    Reach(entry, *job, Phase::kEnded);
    co_await Save(deps_, entry);
    co_return Stepped();
  }
  if (!MayBeRunAgain(*job, entry.told)) co_return AskLater(entry, options_.stuck_after);
  co_return co_await Rerun(entry, job, std::move(*pull));
}

Task<Stepped> Orphanage::Rerun(Entry& entry, JobPointer job, PullRequest pull) {
  const auto asked = co_await AskForNextAttempt(deps_, entry, job, std::move(pull),
                                                "a job is gone and nobody has told its end");
  if (!asked) co_return Failed(asked.error());
  co_return AskLater(entry, options_.stuck_after);
}

Task<Result<bool>> Orphanage::IsAnswered(Entry& entry, std::optional<PullRequest>& pull) {
  const Head head = entry.head;
  const auto statuses = co_await deps_.github.ListStatuses(head.org, head.repo, head.sha);
  const auto now = deps_.clock.Monotonic();
  if (!statuses && MeansGone(statuses.error(), entry, now)) co_return true;
  if (!statuses) co_return statuses.error();
  const auto stands = OursAmong(*statuses);
  if (stands && IsFinal(*stands)) co_return true;
  auto found = co_await deps_.github.GetPullRequest(head.org, head.repo, head.number);
  if (!found && MeansGone(found.error(), entry, now)) co_return true;
  if (!found) co_return found.error();
  pull = std::move(*found);
  co_return pull->state != "open" || pull->head_sha != head.sha;
}

}  // namespace prow_coverage::reporter
