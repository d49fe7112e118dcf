#include "prow_coverage/handler/reconciler.h"

#include <algorithm>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "prow_coverage/handler/head_standing.h"
#include "prow_coverage/handler/reason.h"

#include "reconciled_event.h"
#include "survey.h"

namespace prow_coverage::handler {
namespace {

// After a comparison that could not see everything.
constexpr std::chrono::milliseconds kSooner{60000};

std::string HeadName(const PullRequest& pull) { return PullName(pull) + "@" + pull.head_sha; }

class OpenHeadReconciler final : public Reconciler {
 public:
  explicit OpenHeadReconciler(ReconcilerDeps deps) : deps_(std::move(deps)) {}

  Task<Reconciliation> RunOnce() override {
    const MonotonicTime began = deps_.clock.Monotonic();
    const auto settings = deps_.settings();
    Reconciliation found;
    found.repositories = settings->jobs.Repositories().size();
    if (found.repositories == 0) {
      SayThereAreNone();
      co_return found;
    }
    co_await Compare(*settings, found);
    if (co_await Cancelled()) co_return found;
    Tell(found, deps_.clock.Monotonic() - began);
    co_return found;
  }

  Task<void> Run(std::chrono::milliseconds interval) override {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    while (true) {
      const Reconciliation found = co_await RunOnce();
      if (co_await Cancelled()) co_return;
      const auto wait = found.complete ? interval : std::min(interval, kSooner);
      co_await deps_.clock.SleepFor(wait);
      if (co_await Cancelled()) co_return;
    }
  }

 private:
  static Task<bool> Cancelled() {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    co_return state.cancelled() != boost::asio::cancellation_type::none;
  }

  Task<void> Compare(const Settings& settings, Reconciliation& found) {
    Survey survey;
    std::vector<Gap> gaps;
    survey.pulls = co_await ListOpenPulls(deps_, settings, gaps);
    for (const Gap& gap : gaps) Incomplete(found, gap);
    found.open = survey.pulls.size();
    const auto blind = co_await ReadInboxAndJobs(deps_, settings, survey);
    if (blind) co_return Incomplete(found, *blind);
    for (const PullRequest& pull : survey.pulls) {
      HeadEvidence evidence = survey.For(pull);
      const auto standing = co_await Stand(pull, evidence, found);
      if (!standing) continue;
      const bool stored = co_await Follow(*standing, pull, evidence, settings, found);
      if (!stored) co_return;
    }
    pending_before_ = std::exchange(pending_, {});
    if (found.complete) Forget(survey.pulls);
  }

  // nullopt when that cannot be told this time.
  Task<std::optional<Standing>> Stand(const PullRequest& pull, HeadEvidence& evidence,
                                      Reconciliation& found) {
    const Standing standing = Judge(evidence);
    if (standing != Standing::kAskStatus) co_return standing;
    if (found.github_fails) co_return std::nullopt;
    const bool told = co_await LookAtStatus(pull, evidence, found);
    if (!told) co_return std::nullopt;
    const std::string name = HeadName(pull);
    evidence.waited = pending_before_.contains(name);
    const Standing judged = Judge(evidence);
    if (evidence.status == HeadStatus::kPending) {
      pending_.insert(name);
    } else if (judged == Standing::kAnswered) {
      settled_[name] = {evidence.deliveries.newest_id, evidence.status};
    }
    co_return judged;
  }

  // False when GitHub did not tell. What was an answer once is not asked for again while the inbox
  // knows nothing newer of the head: an old pull request would cost a call each time.
  Task<bool> LookAtStatus(const PullRequest& pull, HeadEvidence& evidence, Reconciliation& found) {
    const std::string name = HeadName(pull);
    const auto settled = settled_.find(name);
    if (settled != settled_.end() && settled->second.newest_id == evidence.deliveries.newest_id) {
      evidence.status = settled->second.status;
      co_return true;
    }
    ++found.statuses_asked;
    const auto statuses = co_await deps_.github.ListStatuses(pull.org, pull.repo, pull.head_sha);
    if (!statuses) {
      const ErrorCode code = statuses.error().code;
      found.github_fails = ConcernsAllCalls(code) || code == ErrorCode::kUnavailable;
      Incomplete(found, {"reading the statuses of " + name, statuses.error()});
      co_return false;
    }
    evidence.status = ReadStatuses(*statuses);
    co_return true;
  }

  // False when the inbox does not store: the rest would fare no better.
  Task<bool> Follow(Standing standing, const PullRequest& pull, const HeadEvidence& evidence,
                    const Settings& settings, Reconciliation& found) {
    if (standing == Standing::kInWork) ++found.in_work;
    if (standing == Standing::kGivenUp) ++found.given_up;
    if (standing != Standing::kUnanswered) co_return true;
    ++found.lost;
    const std::string because = Describe(evidence);
    auto delivery =
        ReconciledDelivery(pull, settings.github_host_url, evidence.deliveries.newest_id, because);
    const std::string guid = delivery.guid;
    const auto stored = co_await deps_.inbox.Store(std::move(delivery));
    if (!stored) {
      Incomplete(found, {"storing a delivery for " + HeadName(pull), stored.error()});
      co_return false;
    }
    if (stored->kind == inbox::Stored::Kind::kDuplicate) co_return true;
    ++found.taken_up;
    TellTakenUp(pull, guid, because);
    co_return true;
  }

  // Those that are no longer open.
  void Forget(const std::vector<PullRequest>& pulls) {
    std::unordered_set<std::string> open;
    for (const PullRequest& pull : pulls) open.insert(HeadName(pull));
    std::erase_if(settled_, [&](const auto& entry) { return !open.contains(entry.first); });
  }

  void Incomplete(Reconciliation& found, const Gap& gap) {
    found.complete = false;
    if (gap.error.code == ErrorCode::kCancelled) return;  // The daemon is shutting down.
    deps_.logger.Warning("reconciliation is incomplete",
                         {{"doing", gap.doing}, {"error", gap.error.message}});
  }

  void SayThereAreNone() {
    if (said_there_are_none_) return;
    said_there_are_none_ = true;
    deps_.logger.Info(
        "nothing to reconcile: without a job configuration no repository is known beforehand");
  }

  void TellTakenUp(const PullRequest& pull, const std::string& guid, const std::string& because) {
    const auto& info = Info(Reason::kReconciled);
    deps_.metrics.Add(metrics::Metric::kDecisions, {info.name});
    deps_.logger.Info(info.sentence, {{"event-GUID", guid},
                                      {"org", pull.org},
                                      {"repo", pull.repo},
                                      {"pr", pull.number},
                                      {"sha", pull.head_sha},
                                      {"reason", info.name},
                                      {"detail", because}});
  }

  void Tell(const Reconciliation& found, MonotonicTime::duration took) {
    const std::size_t without_answer = found.lost + found.given_up;
    // Zero is believed only of a comparison that has seen everything.
    if (found.complete || without_answer > 0) {
      deps_.metrics.Set(metrics::Metric::kUnansweredHeads, {}, static_cast<double>(without_answer));
    }
    deps_.logger.Log(without_answer == 0 ? LogLevel::kInfo : LogLevel::kWarning,
                     "open pull requests reconciled: heads without an answer",
                     {{"without_answer", without_answer},
                      {"taken_up", found.taken_up},
                      {"given_up", found.given_up},
                      {"in_work", found.in_work},
                      {"open", found.open},
                      {"repositories", found.repositories},
                      {"statuses_asked", found.statuses_asked},
                      {"complete", found.complete},
                      {"duration_seconds", std::chrono::duration<double>(took).count()}});
  }

  const ReconcilerDeps deps_;
  bool said_there_are_none_ = false;
  struct Settled {
    std::int64_t newest_id;  // of its deliveries at that time
    HeadStatus status;
  };
  std::unordered_map<std::string, Settled> settled_;  // open heads whose status was an answer
  std::unordered_set<std::string> pending_;           // heads, of this comparison so far
  std::unordered_set<std::string> pending_before_;    // and of the one before
};

}  // namespace

std::unique_ptr<Reconciler> MakeReconciler(ReconcilerDeps deps) {
  return std::make_unique<OpenHeadReconciler>(std::move(deps));
}

}  // namespace prow_coverage::handler
