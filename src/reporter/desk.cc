#include "desk.h"

#include <algorithm>
#include <utility>

#include "prow_coverage/github/commit_gone.h"
#include "prow_coverage/prow/prow_job.h"

#include "next_attempt.h"
#include "save.h"
#include "standing.h"

namespace prow_coverage::reporter {
namespace {

using Next = Answer::Next;

bool IsFurther(const Job& job, const Job& known) {
  if (job.name != known.name) return IsNewer(job, known);
  return HasEnded(job.state) && !HasEnded(known.state) && job.start_time >= known.start_time;
}

}  // namespace

Policy Desk::PolicyFor(const Job& job) const {
  const auto settings = deps_.settings();
  const auto* config = settings->jobs.For(job.head.org, job.head.repo);
  return {config != nullptr && config->gate, options_.stuck_after, settings->deck_url};
}

Task<Stepped> Desk::Step(std::string key) {
  Entry* entry = heads_.Find(key);
  if (entry == nullptr) co_return Stepped();
  if (entry->look_again_at && deps_.clock.Monotonic() >= *entry->look_again_at) {
    co_return co_await LookAgain(*entry);
  }
  if (!entry->job) co_return Stepped();
  const JobPointer job = entry->job;
  if (entry->claim != Claim::kOurs) co_return co_await AskWhose(*entry, job);
  const Policy policy = PolicyFor(*job);
  Answer answer = Decide(*job, entry->told, policy, deps_.clock.Now());
  const bool over = HasEnded(job->state) || job->deleted;
  if (over && answer.next != Next::kNothing) {
    auto found = co_await FindTheEnd(*entry, job, policy);
    if (found) co_return std::move(*found);
  }
  co_return co_await CarryOut(*entry, job, policy, std::move(answer));
}

Task<Stepped> Desk::AskWhose(Entry& entry, JobPointer job) {
  if (entry.claim == Claim::kForeign) co_return Stepped();
  const Head head = job->head;
  const auto statuses = co_await deps_.github.ListStatuses(head.org, head.repo, head.sha);
  const bool unseen = !statuses && (statuses.error().code == ErrorCode::kNotFound ||
                                    statuses.error().code == ErrorCode::kRejected);
  if (!statuses && !unseen) co_return Failed(statuses.error());
  if (entry.claim == Claim::kOurs) co_return Again();
  const auto ours = statuses ? OursAmong(*statuses) : std::nullopt;
  entry.claim = ours ? Claim::kOurs : Claim::kForeign;
  if (ours) {
    entry.told.status = ours;
    entry.verified = true;
    co_return Again();
  }
  deps_.metrics.Add(metrics::Metric::kStrangeJobs, {"no_head"});
  deps_.logger.Info("a ProwJob with our label is of no head of ours; it is not reported",
                    {{"job", job->name}, {"head", KeyOf(head)}});
  co_return Stepped();
}

Task<Stepped> Desk::LookAgain(Entry& entry) {
  if (!deps_.may_write()) co_return Stepped();
  const Head head = entry.head;
  const auto statuses = co_await deps_.github.ListStatuses(head.org, head.repo, head.sha);
  if (!statuses && !github::IsCommitGone(statuses.error())) co_return Failed(statuses.error());
  const auto& told = entry.told.status;
  if (statuses && told && OursAmong(*statuses) != told) {
    const auto set = co_await deps_.github.CreateStatus(head.org, head.repo, head.sha, *told);
    if (!set && !github::IsCommitGone(set.error())) co_return Failed(set.error());
    deps_.logger.Warning(
        "another replica's late status was replaced",
        {{"org", head.org}, {"repo", head.repo}, {"pr", head.number}, {"sha", head.sha}});
  }
  entry.look_again_at.reset();
  co_return Again();
}

// Another replica may have told it, or this one before it lost its inbox.
Task<std::optional<Stepped>> Desk::FindTheEnd(Entry& entry, JobPointer job, Policy policy) {
  if (!deps_.may_write()) co_return Stepped();
  const Explains tells_the_end = [job, policy](const auto& status) {
    return TellsTheEnd(status, *job, policy);
  };
  if (!entry.verified) {
    auto verified = co_await Verify(entry, job, tells_the_end);
    if (verified) co_return std::move(*verified);
  }
  const auto& stands = entry.told.status;
  if (!stands || !tells_the_end(*stands)) co_return std::nullopt;
  Reach(entry, *job, Phase::kEnded);
  co_await Save(deps_, entry);
  co_return Again();
}

Task<Stepped> Desk::CarryOut(Entry& entry, JobPointer job, Policy policy, Answer answer) {
  switch (answer.next) {
    case Next::kSet:
      return Write(entry, std::move(job), std::move(answer));
    case Next::kClose:
      return Close(entry, std::move(job), std::move(answer));
    case Next::kMeasure:
      return Measure(entry, std::move(job), std::move(policy));
    case Next::kAskHead:
      return Interrupt(entry, std::move(job), std::move(policy));
    case Next::kNothing:
    case Next::kRerun:  // only Interrupt meets it
      break;
  }
  return [](std::optional<WallTime> at) -> Task<Stepped> {
    Stepped nothing;
    nothing.again_at = at;
    co_return nothing;
  }(answer.again_at);
}

Task<Stepped> Desk::Interrupt(Entry& entry, JobPointer job, Policy policy) {
  const Head head = job->head;
  auto pull = co_await deps_.github.GetPullRequest(head.org, head.repo, head.number);
  if (!pull && !MeansGone(pull.error(), entry, deps_.clock.Monotonic()))
    co_return Failed(pull.error());
  if (entry.job != job) co_return Again();
  const bool wanted = pull && pull->state == "open" && pull->head_sha == head.sha;
  Answer answer = Interrupted(*job, entry.told, policy, wanted, deps_.clock.Now());
  if (answer.next != Next::kRerun) {
    co_return co_await CarryOut(entry, job, policy, std::move(answer));
  }
  co_return co_await Rerun(entry, job, std::move(*pull));
}

Task<Stepped> Desk::Rerun(Entry& entry, JobPointer job, PullRequest pull) {
  if (!deps_.may_write()) co_return Stepped();
  const auto asked = co_await AskForNextAttempt(deps_, entry, job, std::move(pull),
                                                "a job was aborted while its head is wanted");
  if (!asked) co_return Failed(asked.error());
  co_return Again();
}

Task<Stepped> Desk::Write(Entry& entry, JobPointer job, Answer answer) {
  if (!deps_.may_write()) co_return Stepped();
  if (entry.told.status != answer.status) {
    if (!entry.verified) {
      auto looked_up = co_await LookUp(entry, job, answer);
      if (looked_up) co_return std::move(*looked_up);
    }
    if (!deps_.may_write()) co_return Stepped();
    const Head head = job->head;
    const auto set =
        co_await deps_.github.CreateStatus(head.org, head.repo, head.sha, answer.status);
    if (!set && MeansGone(set.error(), entry, deps_.clock.Monotonic())) {
      co_return co_await CommitGone(entry, job, set.error());
    }
    if (!set && set.error().code == ErrorCode::kRejected) {
      co_return co_await GiveUp(entry, job, std::move(answer), set.error());
    }
    if (!set) co_return Failed(set.error());
    Note(entry, *job, answer);
  }
  co_return co_await Keep(entry, job, std::move(answer));
}

// Another replica may have set one, or this one just before it died.
Task<std::optional<Stepped>> Desk::Verify(Entry& entry, JobPointer job, Explains explains) {
  const Head head = job->head;
  const auto statuses = co_await deps_.github.ListStatuses(head.org, head.repo, head.sha);
  if (!statuses && MeansGone(statuses.error(), entry, deps_.clock.Monotonic())) {
    co_return co_await CommitGone(entry, job, statuses.error());
  }
  if (!statuses) co_return Failed(statuses.error());
  const auto ours = OursAmong(*statuses);
  const bool unexpected = ours && entry.told.status != ours;
  if (unexpected && !explains(*ours)) {
    const auto caught_up = co_await CatchUp(head);
    if (!caught_up) co_return Failed(caught_up.error());
  }
  entry.verified = true;
  if (ours) entry.told.status = ours;
  if (entry.job != job) co_return Again();
  co_return std::nullopt;
}

Task<std::optional<Stepped>> Desk::LookUp(Entry& entry, JobPointer job, Answer answer) {
  const Explains is_the_answer = [&answer](const auto& status) { return answer.status == status; };
  auto verified = co_await Verify(entry, job, is_the_answer);
  if (verified) co_return std::move(*verified);
  if (entry.told.status != answer.status) co_return std::nullopt;
  co_return co_await Write(entry, job, std::move(answer));
}

// Whoever has told what we do not know may have seen more of the jobs than our watch, which can be
// silent for a while. Only what is further than what we know counts: the watch does not stand still
// meanwhile.
Task<Result<void>> Desk::CatchUp(Head head) {
  kube::ListOptions list_options;
  list_options.label_selector = prow::OurJobsOf(head.number);
  const auto settings = deps_.settings();
  const auto jobs = handler::ProwJobs(*settings);
  const auto list = co_await deps_.kube.List(jobs, list_options);
  if (!list) co_return list.error();
  const std::string key = KeyOf(head);
  for (const auto& object : list->items) {
    auto job = ParseJob(object, settings->github_host_url);
    if (!job || job->head != head) continue;
    const auto& known = heads_.Find(key)->job;
    if (!known || IsFurther(*job, *known)) heads_.Upsert(std::move(*job));
  }
  co_return Result<void>();
}

Task<Stepped> Desk::CommitGone(Entry& entry, JobPointer job, Error error) {
  deps_.logger.Warning("GitHub does not take a status for this commit; no more is tried",
                       {{"org", job->head.org},
                        {"repo", job->head.repo},
                        {"pr", job->head.number},
                        {"sha", job->head.sha},
                        {"error", error.message}});
  Answer answer;
  answer.why = "the commit is gone";
  return Close(entry, std::move(job), std::move(answer));
}

Task<Stepped> Desk::GiveUp(Entry& entry, JobPointer job, Answer answer, Error error) {
  deps_.logger.Error("GitHub refuses this status for good; it is not tried again",
                     {{"org", job->head.org},
                      {"repo", job->head.repo},
                      {"pr", job->head.number},
                      {"sha", job->head.sha},
                      {"job", job->name},
                      {"error", error.message}});
  co_return co_await Keep(entry, job, std::move(answer));
}

Task<Stepped> Desk::Keep(Entry& entry, JobPointer job, Answer answer) {
  Reach(entry, *job, answer.phase);
  entry.told.status = std::move(answer.status);
  co_await Save(deps_, entry);
  co_return Again();
}

Task<Stepped> Desk::Close(Entry& entry, JobPointer job, Answer answer) {
  deps_.logger.Info("no status is set for this job", {{"org", job->head.org},
                                                      {"repo", job->head.repo},
                                                      {"pr", job->head.number},
                                                      {"sha", job->head.sha},
                                                      {"job", job->name},
                                                      {"why", answer.why}});
  Reach(entry, *job, Phase::kEnded);
  co_await Save(deps_, entry);
  co_return Again();
}

void Desk::Note(Entry& entry, const Job& job, const Answer& answer) {
  entry.failures = 0;
  heads_.NoteSet(entry, deps_.clock.Monotonic());
  const auto state = github::ToString(answer.status.state);
  deps_.metrics.Add(metrics::Metric::kReports, {state});
  deps_.logger.Info("commit status set", {{"org", job.head.org},
                                          {"repo", job.head.repo},
                                          {"pr", job.head.number},
                                          {"sha", job.head.sha},
                                          {"job", job.name},
                                          {"job_state", ToString(job.state)},
                                          {"state", state},
                                          {"description", answer.status.description},
                                          {"target_url", answer.status.target_url},
                                          {"why", answer.why}});
}

}  // namespace prow_coverage::reporter
