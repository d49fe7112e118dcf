#include "prow_coverage/handler/handler.h"

#include <string>
#include <utility>

#include "patience.h"
#include "work.h"

namespace prow_coverage::handler {
namespace {

class DeliveryHandler final : public Handler {
 public:
  DeliveryHandler(HandlerDeps deps, HandlerOptions options)
      : deps_(std::move(deps)),
        options_(std::move(options)),
        patience_(deps_.clock, options_.max_age) {}

  Task<Result<void>> Work(inbox::Delivery delivery) override {
    const MonotonicTime began = deps_.clock.Monotonic();
    PieceOfWork work(deps_, options_, delivery);
    auto outcome = co_await work.Run();
    auto progress = ToProgress(delivery, work, outcome);
    const auto reason = outcome.reason;
    Tell(delivery, outcome, progress, work.job_name(), deps_.clock.Monotonic() - began);
    const auto recorded = co_await deps_.inbox.Record(delivery.id, std::move(progress));
    if (!recorded) TellUnrecorded(delivery, reason, recorded.error());
    co_return recorded;
  }

 private:
  // May turn a wait into the end of patience, hence the non-const outcome.
  inbox::Progress ToProgress(const inbox::Delivery& delivery, PieceOfWork& work, Outcome& outcome) {
    inbox::Progress progress;
    progress.job_name = work.job_name();
    progress.attempted = true;
    if (Info(outcome.reason).verdict == Verdict::kWait) {
      if (patience_.IsOver(delivery.received_at)) {
        outcome.detail =
            "after " + std::to_string(options_.max_age.count()) + " s, last: " + outcome.detail;
        outcome.reason = Reason::kTooOld;
      } else {
        progress.next_attempt_at =
            deps_.clock.Now() + RetryDelay(*outcome.error, delivery.attempts, Random01());
      }
    }
    progress.state = StateAfter(outcome.reason, work.reached());
    progress.reason = Info(outcome.reason).name;
    progress.detail = outcome.detail;
    progress.steps = work.trace().Take();
    return progress;
  }

  static inbox::State StateAfter(Reason reason, inbox::State reached) {
    switch (Info(reason).verdict) {
      case Verdict::kWait:
        return reached;
      case Verdict::kGiveUp:
        return inbox::State::kDead;
      case Verdict::kIgnore:
      case Verdict::kRun:
        return inbox::State::kDone;
    }
    return inbox::State::kDead;
  }

  void Tell(const inbox::Delivery& delivery, const Outcome& outcome,
            const inbox::Progress& progress, const std::string& job,
            MonotonicTime::duration took) const {
    const auto& info = Info(outcome.reason);
    const double seconds = std::chrono::duration<double>(took).count();
    const std::string_view took_action = info.verdict == Verdict::kRun ? "true" : "false";
    const metrics::Metrics::Labels labels = {delivery.event_type, delivery.action, "coverage",
                                             took_action};
    deps_.metrics.Observe(metrics::Metric::kHandleDuration, labels, seconds);
    if (outcome.error) deps_.metrics.Add(metrics::Metric::kHandleErrors, labels);
    deps_.metrics.Add(metrics::Metric::kDecisions, {info.name});

    const auto wait =
        progress.next_attempt_at
            ? std::chrono::duration<double>(*progress.next_attempt_at - deps_.clock.Now()).count()
            : 0.0;
    deps_.logger.Log(LevelOf(outcome), info.sentence,
                     {{"event-GUID", delivery.guid},
                      {"event-type", delivery.event_type},
                      {"org", delivery.org},
                      {"repo", delivery.repo},
                      {"pr", delivery.number},
                      {"sha", delivery.head_sha},
                      {"reason", info.name},
                      {"detail", outcome.detail},
                      {"job", job},
                      {"attempts", delivery.attempts + 1},
                      {"retry_in_seconds", wait},
                      {"dry_run", options_.dry_run},
                      {"duration_seconds", seconds}});
  }

  void TellUnrecorded(const inbox::Delivery& delivery, Reason reason, const Error& error) const {
    // kConflict: somebody else has brought it to its end.
    const char* what = error.code == ErrorCode::kConflict
                           ? "the inbox did not record a decision; the work had ended before"
                           : "the inbox did not record a decision; the work will be done again";
    deps_.logger.Error(
        what,
        {{"event-GUID", delivery.guid}, {"reason", Info(reason).name}, {"error", error.message}});
  }

  static LogLevel LevelOf(const Outcome& outcome) {
    if (outcome.alert) return LogLevel::kError;
    return outcome.error ? LogLevel::kWarning : LogLevel::kInfo;
  }

  const HandlerDeps deps_;
  const HandlerOptions options_;
  Patience patience_;
};

}  // namespace

std::unique_ptr<Handler> MakeHandler(HandlerDeps deps, HandlerOptions options) {
  return std::make_unique<DeliveryHandler>(std::move(deps), std::move(options));
}

}  // namespace prow_coverage::handler
