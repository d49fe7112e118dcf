#include "work.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/github/commit_gone.h"
#include "prow_coverage/handler/head_standing.h"
#include "prow_coverage/handler/synthetic_delivery.h"
#include "prow_coverage/prow/prow_job.h"

#include "existing_job.h"
#include "reconciled_event.h"

namespace prow_coverage::handler {
namespace {

constexpr std::string_view kClosed = "closed";

// Somebody has to act, or nothing will change.
Outcome Broken(Reason reason, Error error) {
  Outcome outcome = Because(reason, error.message);
  outcome.error = std::move(error);
  outcome.alert = true;
  return outcome;
}

// An attempt that ended before the job began that a further one is asked for in place of.
bool IsBefore(const ExistingJob& existing, std::optional<WallTime> rerun_of) {
  return rerun_of && existing.start_time && *existing.start_time < *rerun_of;
}

std::string Short(const std::string& sha) { return sha.substr(0, 12); }

}  // namespace

Outcome Because(Reason reason, std::string detail) {
  Outcome outcome;
  outcome.reason = reason;
  outcome.detail = std::move(detail);
  return outcome;
}

PieceOfWork::PieceOfWork(const HandlerDeps& deps, const HandlerOptions& options,
                         inbox::Delivery& delivery)
    : deps_(deps),
      options_(options),
      delivery_(delivery),
      settings_(deps.settings()),
      reached_(delivery.state),
      job_name_(delivery.job_name),
      trace_(deps.clock) {}

Task<Outcome> PieceOfWork::Run() {
  if (delivery_.origin == kReconcileOrigin && delivery_.attempts == 0) {
    trace_.Note("reconcile",
                std::string(Info(Reason::kReconciled).name) + ": " + BecauseOf(delivery_.body));
  }
  auto event = webhook::ParsePullRequestEvent(delivery_.body);
  if (!event) co_return Broken(Reason::kMalformedEvent, event.error());
  event_ = std::move(*event);
  std::string().swap(delivery_.body);
  job_ = settings_->jobs.For(event_.pull.org, event_.pull.repo);
  if (job_ == nullptr) co_return Because(Reason::kRepositoryNotConfigured, RepoName(event_.pull));
  if (event_.action == kClosed) co_return co_await AbortJobs();
  if (reached_ == inbox::State::kCreated) {
    Outcome created = Because(Reason::kJobCreated, job_name_);
    co_return co_await SetPending(std::move(created));
  }
  co_return co_await Decide();
}

Task<Outcome> PieceOfWork::Decide() {
  const auto dirs = DirsFor(*settings_, *job_);
  if (!dirs) co_return Broken(Reason::kInvalidJobConfig, dirs.error());
  const auto& pull = event_.pull;
  auto call = deps_.github.GetChangedFiles(pull.org, pull.repo, pull.number);
  auto files = co_await trace_.Time("files", std::move(call));
  if (!files) co_return Failed(files.error(), Remote::kGitHub);
  auto verdict = dirs->Judge(*files);
  trace_.Detail(verdict.reason);
  if (!verdict.applies) co_return co_await BelieveNo(std::move(verdict));
  co_return co_await CreateJob();
}

// The files are those of the head that GitHub has now, which need not be the event's.
Task<Outcome> PieceOfWork::BelieveNo(FileVerdict verdict) {
  auto gone = co_await HeadIsGone();
  if (gone) co_return std::move(*gone);
  co_return Because(Reason::kNoGoChanges, verdict.reason);
}

Task<Outcome> PieceOfWork::CreateJob() {
  auto base_sha = co_await BaseSha();
  co_return co_await CreateAttempt(options_.first_attempt, std::move(base_sha));
}

Task<std::optional<Outcome>> PieceOfWork::HeadIsGone() {
  const auto& pull = event_.pull;
  auto call = deps_.github.GetPullRequest(pull.org, pull.repo, pull.number);
  const auto now = co_await trace_.Time("head", std::move(call));
  if (!now) co_return Failed(now.error(), Remote::kGitHub);
  trace_.Detail("head " + Short(now->head_sha) + ", " + now->state);
  if (now->head_sha != pull.head_sha) {
    co_return Because(Reason::kHeadMoved,
                      "the head is " + Short(now->head_sha) + ", not " + Short(pull.head_sha));
  }
  if (now->state != "open") co_return Because(Reason::kPullRequestClosed, PullName(pull));
  co_return std::nullopt;
}

// The tip of the base branch, or what the event said of it when GitHub does not tell: a job against
// a slightly older base is better than none.
Task<std::string> PieceOfWork::BaseSha() {
  const auto& pull = event_.pull;
  auto call = deps_.github.GetBranchTip(pull.org, pull.repo, pull.base_ref);
  auto tip = co_await trace_.Time("branch", std::move(call));
  if (!tip) {
    deps_.logger.Warning("the base branch's tip is unknown; the event's base SHA is used",
                         {{"org", pull.org},
                          {"repo", pull.repo},
                          {"pr", pull.number},
                          {"branch", pull.base_ref},
                          {"error", tip.error().message}});
    co_return pull.base_sha;
  }
  trace_.Detail(pull.base_ref + " is at " + Short(*tip));
  co_return std::move(*tip);
}

Task<Outcome> PieceOfWork::CreateAttempt(int attempt, std::string base_sha) {
  const auto& pull = event_.pull;
  auto start =
      co_await deps_.inbox.ReserveStartTime(pull.org, pull.repo, pull.number, deps_.clock.Now());
  if (!start) co_return Failed(start.error(), Remote::kInbox);
  prow::JobRequest request{pull,
                           base_sha,
                           delivery_.guid,
                           attempt,
                           *start,
                           settings_->github_host_url,
                           settings_->jobs_namespace};
  const auto rendered = prow::Render(request, *job_, settings_->decoration);
  if (!rendered) {
    co_return Broken(Reason::kInvalidJobConfig, rendered.error());
  }
  job_name_ = prow::JobName(settings_->github_host_url, pull, attempt);
  const std::string object = rendered->dump();
  trace_.Note("render", object);
  reached_ = inbox::State::kDecided;

  // Just before the create, so that plank never aborts a newer head's job for an older one's.
  auto gone = co_await HeadIsGone();
  if (gone) co_return std::move(*gone);
  const auto resource = ProwJobs(*settings_);
  auto call = deps_.kube.Create(resource, object);
  const auto created = co_await trace_.Time("create", std::move(call));
  if (created) {
    trace_.Detail(job_name_ + " in namespace " + resource.ns);
    if (options_.created) options_.created(*created);
    Outcome outcome = Because(Reason::kJobCreated, job_name_);
    co_return co_await SetPending(std::move(outcome));
  }
  if (created.error().code != ErrorCode::kAlreadyExists) {
    co_return Failed(created.error(), Remote::kKubernetes);
  }
  co_return co_await MeetExisting(attempt, std::move(base_sha));
}

Task<Outcome> PieceOfWork::MeetExisting(int attempt, std::string base_sha) {
  const auto resource = ProwJobs(*settings_);
  auto call = deps_.kube.Get(resource, job_name_);
  const auto object = co_await trace_.Time("existing", std::move(call));
  if (!object) co_return Failed(object.error(), Remote::kKubernetes);
  const auto existing = ParseExistingJob(*object);
  if (!existing) co_return Failed(existing.error(), Remote::kKubernetes);
  trace_.Detail("state " + existing->state);
  switch (existing->phase) {
    case ExistingJob::Phase::kEnded: {
      if (IsBefore(*existing, RerunOf(delivery_))) break;
      const auto undone = co_await NewestIsAborted();
      if (!undone) co_return Failed(undone.error(), Remote::kKubernetes);
      if (*undone) break;
      co_return Because(Reason::kJobFinished, job_name_ + " (" + existing->state + ")");
    }
    case ExistingJob::Phase::kRunning: {
      Outcome outcome = Because(Reason::kJobExists, job_name_);
      co_return co_await SetPending(std::move(outcome));
    }
    case ExistingJob::Phase::kAborted:
      break;
  }
  if (attempt - options_.first_attempt + 1 >= kMaxAttempts) {
    Outcome outcome = Because(Reason::kTooManyAttempts, job_name_);
    outcome.alert = true;
    co_return outcome;
  }
  co_return co_await CreateAttempt(attempt + 1, std::move(base_sha));
}

Task<Result<bool>> PieceOfWork::NewestIsAborted() {
  kube::ListOptions list_options;
  list_options.label_selector = prow::OurJobsOf(event_.pull.number);
  const auto resource = ProwJobs(*settings_);
  auto call = deps_.kube.List(resource, list_options);
  const auto list = co_await trace_.Time("reruns", std::move(call));
  if (!list) co_return list.error();
  JobsByHead jobs;
  for (const auto& object : list->items) jobs.Add(object);
  const HeadJobs ours = jobs.For(event_.pull);
  trace_.Detail(std::to_string(list->items.size()) + " jobs of the pull request");
  co_return ours.aborted > 0 && !ours.live;
}

Task<Outcome> PieceOfWork::SetPending(Outcome created) {
  reached_ = inbox::State::kCreated;
  if (options_.created) {
    trace_.Note("status", "left to the reporter");
    co_return created;
  }
  const auto& pull = event_.pull;
  const github::CommitStatus status{github::CommitState::kPending, std::string(prow::kJobName),
                                    std::string(prow::kPendingText),
                                    prow::JobPageUrl(settings_->deck_url, job_name_)};
  auto call = deps_.github.CreateStatus(pull.org, pull.repo, pull.head_sha, status);
  const auto set = co_await trace_.Time("status", std::move(call));
  if (set) {
    trace_.Detail(std::string(ToString(status.state)) + ", link " + status.target_url);
    co_return created;
  }
  if (github::IsCommitGone(set.error())) {
    co_return Because(Reason::kCommitGone, set.error().message);
  }
  co_return Failed(set.error(), Remote::kGitHubStatus);
}

Outcome PieceOfWork::Failed(Error error, Remote remote) const {
  const Failure failure = Classify(error, remote);
  Outcome outcome = Broken(failure.reason, std::move(error));
  outcome.alert = failure.alert;
  return outcome;
}

}  // namespace prow_coverage::handler
