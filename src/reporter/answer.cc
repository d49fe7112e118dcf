#include "prow_coverage/reporter/answer.h"

#include <algorithm>
#include <iterator>

#include "prow_coverage/prow/prow_job.h"

#include "cause.h"
#include "description.h"

namespace prow_coverage::reporter {
namespace {

using github::CommitState;
using Next = Answer::Next;

constexpr std::string_view kUnavailable = "coverage unavailable: ";
constexpr std::string_view kAskedAgain = "; it is asked again";
constexpr std::string_view kFailedText = "job failed -- no coverage numbers: ";

// What a state of a job asks for.
struct StateRow {
  JobState state;
  Next next;               // kSet: the text below, or the cause when the job has ended
  std::string_view stuck;  // what is told of a job that stays in this state for too long
};

constexpr StateRow kStateTable[] = {
    {JobState::kScheduling, Next::kSet, "the job was not scheduled"},
    {JobState::kTriggered, Next::kSet, "the job was not started"},
    {JobState::kPending, Next::kSet, "the job did not end"},
    {JobState::kSuccess, Next::kMeasure, ""},
    {JobState::kFailure, Next::kMeasure, ""},
    {JobState::kError, Next::kSet, ""},
    {JobState::kAborted, Next::kAskHead, ""},
};

constexpr bool TableIsInOrder() {
  for (std::size_t i = 0; i < std::size(kStateTable); ++i) {
    if (kStateTable[i].state != static_cast<JobState>(i)) return false;
  }
  return true;
}
static_assert(TableIsInOrder(), "kStateTable is indexed by JobState");

constexpr std::string_view kPhases[] = {"none", "waiting", "running", "stuck", "ended"};

std::string LinkTo(const Job& job, const Policy& policy) {
  if (job.build_id.empty()) return prow::JobPageUrl(policy.deck_url, job.name);
  if (!job.url.empty()) return job.url;
  return prow::SpyglassUrl(policy.deck_url, job.gcs, PullOf(job.head), prow::kJobName,
                           job.build_id);
}

github::CommitStatus Status(CommitState state, std::string description, std::string link) {
  return {state, std::string(prow::kJobName), std::move(description), std::move(link)};
}

Answer Set(Phase phase, github::CommitStatus status, std::string_view why) {
  return {Next::kSet, phase, std::move(status), why, {}};
}

Answer Final(const Job& job, const Policy& policy, CommitState state, const std::string& text,
             std::string_view why) {
  auto status = Status(state, FinalDescription(text, job.base_sha), LinkTo(job, policy));
  return Set(Phase::kEnded, std::move(status), why);
}

// No fault of the tests: it blocks nobody, unless the repository has asked for that.
Answer Unavailable(const Job& job, const Policy& policy, const std::string& cause,
                   std::string_view why) {
  const auto state = policy.gate ? CommitState::kError : CommitState::kSuccess;
  return Final(job, policy, state, std::string(kUnavailable) + cause, why);
}

// Failed tests are the tests' own fault, whoever lost the numbers.
Answer WithoutNumbers(const Job& job, const Policy& policy, const std::string& cause,
                      std::string_view why) {
  if (job.state == JobState::kSuccess) return Unavailable(job, policy, cause, why);
  return Final(job, policy, CommitState::kFailure, std::string(kFailedText) + cause, why);
}

std::string ForOver(std::chrono::milliseconds duration) {
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(duration);
  if (minutes.count() > 0) return " for over " + std::to_string(minutes.count()) + " min";
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration);
  return " for over " + std::to_string(seconds.count()) + " s";
}

// A pod that runs has the time that its job was given.
std::chrono::milliseconds Patience(const Job& job, const Policy& policy) {
  const bool runs = job.state == JobState::kPending && !job.build_id.empty();
  return runs ? std::max(policy.stuck_after, job.time_limit) : policy.stuck_after;
}

Answer Stuck(const Job& job, const StateRow& row, const Policy& policy) {
  const std::string cause = std::string(row.stuck) + ForOver(Patience(job, policy));
  Answer answer = Unavailable(job, policy, cause, "stuck");
  answer.phase = Phase::kStuck;
  return answer;
}

bool IsProvisional(std::string_view description) {
  if (description.find(kAskedAgain) != std::string_view::npos) return true;
  return std::any_of(std::begin(kStateTable), std::end(kStateTable), [&](const StateRow& row) {
    return !row.stuck.empty() && description.find(row.stuck) != std::string_view::npos;
  });
}

// What is new about a job that is under way.
Answer UnderWay(const Job& job, const StateRow& row, const Told& told, const Policy& policy,
                WallTime now) {
  const Phase reached = told.IsAbout(job) ? told.phase : Phase::kNone;
  if (reached >= Phase::kStuck) return {};
  const auto stuck_at = job.state_since + Patience(job, policy);
  if (now >= stuck_at) return Stuck(job, row, policy);
  const Phase phase = job.build_id.empty() ? Phase::kWaiting : Phase::kRunning;
  auto status = Status(CommitState::kPending, std::string(prow::kPendingText), LinkTo(job, policy));
  Answer answer;
  if (phase > reached || (phase == reached && told.status != status)) {
    answer = Set(phase, std::move(status), "under way");
  }
  answer.again_at = stuck_at;
  return answer;
}

}  // namespace

bool MayBeRunAgain(const Job& job, const Told& told) {
  return !job.is_rerun && told.rerun_of.empty();
}

bool WaitsForRerun(const Job& job, const Told& told) {
  return !job.is_rerun && told.rerun_of == job.name;
}

std::string_view ToString(Phase phase) { return kPhases[static_cast<int>(phase)]; }

Phase ParsePhase(std::string_view name) {
  for (std::size_t i = 0; i < std::size(kPhases); ++i) {
    if (kPhases[i] == name) return static_cast<Phase>(i);
  }
  return Phase::kNone;
}

Answer Decide(const Job& job, const Told& told, const Policy& policy, WallTime now) {
  if (told.IsAbout(job) && told.phase == Phase::kEnded) return {};
  if (job.deleted) return {Next::kAskHead, Phase::kEnded, {}, "deleted", {}};
  const StateRow& row = kStateTable[static_cast<int>(job.state)];
  if (!HasEnded(job.state)) return UnderWay(job, row, told, policy, now);
  if (job.state == JobState::kError || RanTooLong(job.description)) {
    return Unavailable(job, policy, CauseOf(job.description), "infrastructure fault");
  }
  return {row.next, Phase::kEnded, {}, ToString(job.state), {}};
}

bool IsFinal(const github::CommitStatus& status) {
  return status.state != CommitState::kPending && !IsProvisional(status.description);
}

bool TellsTheEnd(const github::CommitStatus& status, const Job& job, const Policy& policy) {
  const bool ours = !job.build_id.empty() && status.target_url == LinkTo(job, policy);
  return IsFinal(status) && (ours || job.deleted);
}

Answer Measured(const Job& job, const Policy& policy, const Result<results::Summary>& summary,
                const std::optional<results::Threshold>& threshold) {
  const bool succeeded = job.state == JobState::kSuccess;
  if (summary) {
    const auto judgement = results::Judge(*summary, threshold, succeeded);
    constexpr CommitState kStates[] = {CommitState::kSuccess, CommitState::kFailure,
                                       CommitState::kError};
    const auto state = kStates[static_cast<int>(judgement.outcome)];
    return Final(job, policy, state, judgement.text, "measured");
  }
  return WithoutNumbers(job, policy, Cleaned(summary.error().message), "no numbers");
}

Answer Unfetched(const Job& job, const Policy& policy, std::string_view why, bool asked_again) {
  constexpr std::string_view for_the_log = "the artifact store is out of order";
  std::string cause(why);
  if (asked_again) cause += kAskedAgain;
  Answer answer = WithoutNumbers(job, policy, cause, for_the_log);
  if (asked_again) answer.phase = Phase::kStuck;
  return answer;
}

Answer Interrupted(const Job& job, const Told& told, const Policy& policy, bool wanted,
                   WallTime now) {
  if (!wanted) return {Next::kClose, Phase::kEnded, {}, "the head is not wanted any more", {}};
  if (job.deleted) {
    Answer answer = Unavailable(job, policy, "the ProwJob was deleted", "deleted");
    // What is left of a job that went while we were down has no link of its own.
    const bool links = told.IsAbout(job) && told.status && !IsFinal(*told.status);
    if (links) answer.status.target_url = told.status->target_url;
    return answer;
  }
  if (MayBeRunAgain(job, told)) return {Next::kRerun, Phase::kWaiting, {}, "aborted", {}};
  const auto patience = told.rerun_at + policy.stuck_after;
  if (WaitsForRerun(job, told) && now < patience) {
    Answer wait;
    wait.again_at = patience;
    return wait;
  }
  return Unavailable(job, policy, "the job was aborted", "aborted again");
}

}  // namespace prow_coverage::reporter
