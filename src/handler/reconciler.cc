#include "prow_coverage/handler/reconciler.h"

#include <algorithm>
#include <map>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/this_coro.hpp>

#include "prow_coverage/handler/head_standing.h"
#include "prow_coverage/handler/interest.h"
#include "prow_coverage/handler/reason.h"

#include "reconciled_event.h"

namespace prow_coverage::handler {
namespace {

// Of the ProwJobs; contracts 5.
constexpr const char* kOurJobs = "coverage-plugin=true";

// After a comparison that could not see everything.
constexpr std::chrono::milliseconds kSooner{60000};

using SightingsByPull = std::map<inbox::PullKey, std::vector<inbox::Sighting>>;

inbox::PullKey KeyOf(const PullRequest& pull) { return {pull.org, pull.repo, pull.number}; }

std::string HeadName(const PullRequest& pull) { return PullName(pull) + "@" + pull.head_sha; }

// The webhook path's own question about an event of this pull request.
bool IsOurs(const PullRequest& pull, const Settings& settings) {
  const webhook::Envelope envelope{std::string(kReconciledAction), RepoName(pull), pull.org};
  return !NotOurs("pull_request", envelope, settings);
}

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
    Tell(found, deps_.clock.Monotonic() - began);
    co_return found;
  }

  Task<void> Run(std::chrono::milliseconds interval) override {
    co_await boost::asio::this_coro::throw_if_cancelled(false);
    while (true) {
      const Reconciliation found = co_await RunOnce();
      if (co_await Cancelled()) co_return;
      co_await deps_.clock.SleepFor(found.complete ? interval : std::min(interval, kSooner));
      if (co_await Cancelled()) co_return;
    }
  }

 private:
  static Task<bool> Cancelled() {
    const auto state = co_await boost::asio::this_coro::cancellation_state;
    co_return state.cancelled() != boost::asio::cancellation_type::none;
  }

  Task<void> Compare(const Settings& settings, Reconciliation& found) {
    const auto pulls = co_await ListPulls(settings, found);
    found.open = pulls.size();
    const auto sightings = co_await ReadInbox(pulls);
    if (!sightings) co_return Incomplete(found, "reading the inbox", sightings.error());
    const auto jobs = co_await ListJobs(settings);
    if (!jobs) co_return Incomplete(found, "listing the ProwJobs", jobs.error());
    std::unordered_map<std::string, std::int64_t> still_settled;
    for (const PullRequest& pull : pulls) {
      if (co_await Cancelled()) co_return;
      const auto seen = sightings->find(KeyOf(pull));
      HeadEvidence evidence;
      if (seen != sightings->end()) {
        evidence.deliveries = ReadDeliveries(seen->second, pull.head_sha);
      }
      evidence.jobs = jobs->For(pull);
      Standing standing = Judge(evidence);
      if (standing == Standing::kAskStatus) {
        const bool known = co_await LookAtStatus(pull, evidence, found);
        if (!known) continue;
        standing = Judge(evidence);
        if (standing == Standing::kAnswered) {
          still_settled[HeadName(pull)] = evidence.deliveries.newest_id;
        }
      }
      const bool stored = co_await Follow(standing, pull, evidence, settings, found);
      if (!stored) co_return;
    }
    if (found.complete) settled_ = std::move(still_settled);
  }

  // Those whose webhook would be ours. A repository that cannot be listed does not stop the others.
  Task<std::vector<PullRequest>> ListPulls(const Settings& settings, Reconciliation& found) {
    std::vector<PullRequest> pulls;
    for (const std::string& name : settings.jobs.Repositories()) {
      const auto slash = name.find('/');
      const std::string org = name.substr(0, slash);
      const std::string repo = name.substr(slash + 1);
      auto listed = co_await deps_.github.ListOpenPullRequests(org, repo);
      if (!listed) {
        Incomplete(found, "listing the open pull requests of " + name, listed.error());
        continue;
      }
      for (PullRequest& pull : *listed) {
        if (IsOurs(pull, settings)) pulls.push_back(std::move(pull));
      }
    }
    co_return pulls;
  }

  Task<Result<SightingsByPull>> ReadInbox(const std::vector<PullRequest>& pulls) {
    std::vector<inbox::PullKey> keys;
    for (const PullRequest& pull : pulls) keys.push_back(KeyOf(pull));
    auto sightings = co_await deps_.inbox.Sightings(std::move(keys));
    if (!sightings) co_return sightings.error();
    SightingsByPull by_pull;
    for (auto& sighting : *sightings) by_pull[sighting.pull].push_back(std::move(sighting));
    co_return by_pull;
  }

  // Page by page: ten thousand ProwJobs at once would be a hundred megabytes of text.
  Task<Result<JobsByHead>> ListJobs(const Settings& settings) {
    JobsByHead jobs;
    if (deps_.kube == nullptr) co_return jobs;
    const kube::Resource resource{"prow.k8s.io", "v1", "prowjobs", settings.jobs_namespace};
    kube::ListOptions options;
    options.label_selector = kOurJobs;
    options.single_page = true;
    do {
      const auto page = co_await deps_.kube->List(resource, options);
      if (!page) co_return page.error();
      for (const std::string& item : page->items) jobs.Add(item);
      options.continue_token = page->continue_token;
    } while (!options.continue_token.empty());
    co_return jobs;
  }

  // False when GitHub did not tell. What was final once is not asked for again while the inbox
  // knows nothing newer of the head: an old pull request would cost a call each time.
  Task<bool> LookAtStatus(const PullRequest& pull, HeadEvidence& evidence, Reconciliation& found) {
    const auto settled = settled_.find(HeadName(pull));
    if (settled != settled_.end() && settled->second == evidence.deliveries.newest_id) {
      evidence.status = HeadStatus::kFinal;
      co_return true;
    }
    ++found.statuses_asked;
    const auto statuses = co_await deps_.github.ListStatuses(pull.org, pull.repo, pull.head_sha);
    if (!statuses) {
      Incomplete(found, "reading the statuses of " + HeadName(pull), statuses.error());
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
      Incomplete(found, "storing a delivery for " + HeadName(pull), stored.error());
      co_return false;
    }
    if (stored->kind == inbox::Stored::Kind::kDuplicate) co_return true;
    ++found.taken_up;
    const auto& info = Info(Reason::kReconciled);
    deps_.metrics.Add(metrics::Metric::kDecisions, {info.name});
    deps_.logger.Info(info.sentence, {{"event-GUID", guid},
                                      {"org", pull.org},
                                      {"repo", pull.repo},
                                      {"pr", pull.number},
                                      {"sha", pull.head_sha},
                                      {"reason", info.name},
                                      {"detail", because}});
    co_return true;
  }

  void Incomplete(Reconciliation& found, const std::string& doing, const Error& error) {
    found.complete = false;
    deps_.logger.Warning("reconciliation is incomplete",
                         {{"doing", doing}, {"error", error.message}});
  }

  void SayThereAreNone() {
    if (said_there_are_none_) return;
    said_there_are_none_ = true;
    deps_.logger.Info(
        "nothing to reconcile: without a job configuration no repository is known beforehand");
  }

  void Tell(const Reconciliation& found, MonotonicTime::duration took) {
    const std::size_t without_answer = found.lost + found.given_up;
    deps_.metrics.Set(metrics::Metric::kUnansweredHeads, {}, static_cast<double>(without_answer));
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
  // Heads whose status was final when asked for, with their newest delivery at that time. As many
  // as there are open pull requests at most.
  std::unordered_map<std::string, std::int64_t> settled_;
};

}  // namespace

std::unique_ptr<Reconciler> MakeReconciler(ReconcilerDeps deps) {
  return std::make_unique<OpenHeadReconciler>(std::move(deps));
}

}  // namespace prow_coverage::handler
