#include "next_attempt.h"

#include <string>
#include <utility>

#include "prow_coverage/handler/synthetic_delivery.h"

#include "save.h"

namespace prow_coverage::reporter {

inbox::NewDelivery NextAttempt(const PullRequest& pull, const Job& interrupted) {
  auto guid = handler::RerunGuid(interrupted.name, interrupted.start_time);
  return handler::SyntheticDelivery(pull, std::move(guid), handler::kRerunOrigin);
}

Task<Result<void>> AskForNextAttempt(const ReporterDeps& deps, Entry& entry,
                                     std::shared_ptr<const Job> job, PullRequest pull,
                                     std::string_view why) {
  auto delivery = NextAttempt(pull, *job);
  auto accepted = co_await deps.accept(std::move(delivery));
  // A conflict: it was asked for before the pull request got another title.
  if (!accepted && accepted.error().code != ErrorCode::kConflict) co_return accepted.error();
  deps.logger.Info("the next attempt is asked for", {{"org", job->head.org},
                                                     {"repo", job->head.repo},
                                                     {"pr", job->head.number},
                                                     {"sha", job->head.sha},
                                                     {"job", job->name},
                                                     {"why", why}});
  if (!entry.told.IsAbout(*job)) Reach(entry, *job, Phase::kWaiting);
  entry.told.rerun_of = job->name;
  entry.told.rerun_at = deps.clock.Now();
  co_await Save(deps, entry);
  co_return Result<void>();
}

}  // namespace prow_coverage::reporter
