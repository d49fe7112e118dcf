#include "prow_coverage/reporter/answer.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job_json.h"

namespace prow_coverage::reporter {
namespace {

using namespace std::chrono_literals;
using github::CommitState;
using Next = Answer::Next;
using ::testing::HasSubstr;

const Policy kPolicy{false, 60min, "https://deck"};
const Policy kGate{true, 60min, "https://deck"};
const std::string kEnd = " BaseSHA:" + kBaseSha;

Job Made(const std::string& state, const std::string& build_id = "") {
  auto object = JobJson(state);
  if (!build_id.empty()) object["status"]["build_id"] = build_id;
  return ParsedJob(object);
}

Told After(const Job& job, const Answer& answer) {
  Told told;
  told.job_name = job.name;
  told.job_start = job.start_time;
  told.phase = answer.phase;
  told.status = answer.status;
  return told;
}

WallTime Soon(const Job& job) { return job.start_time + 1s; }

TEST(Answer, IsPendingUntilTheJobHasEnded) {
  for (const char* state : {"scheduling", "triggered", "pending"}) {
    SCOPED_TRACE(state);
    const Job job = Made(state);
    const auto answer = Decide(job, {}, kPolicy, Soon(job));
    EXPECT_EQ(answer.next, Next::kSet);
    EXPECT_EQ(answer.phase, Phase::kWaiting);
    EXPECT_EQ(answer.status, (github::CommitStatus{CommitState::kPending, "coverage-auto",
                                                   "Automated Go unit test coverage",
                                                   "https://deck/prowjob?prowjob=" + job.name}));
    EXPECT_EQ(answer.again_at, job.start_time + 60min);
  }
}

TEST(Answer, LeadsToSpyglassOnceTheBuildIdIsKnown) {
  const Job job = Made("pending", "99");
  const auto answer = Decide(job, {}, kPolicy, Soon(job));
  EXPECT_EQ(answer.phase, Phase::kRunning);
  EXPECT_EQ(answer.status.target_url,
            "https://deck/view/gs/kubevirt-prow/pr-logs/pull/kubevirt_project-infra/17/"
            "coverage-auto/99/");
  auto object = JobJson("pending");
  object["status"]["build_id"] = "99";
  object["status"]["url"] = "https://plank/view/99";
  EXPECT_EQ(Decide(ParsedJob(object), {}, kPolicy, Soon(job)).status.target_url,
            "https://plank/view/99");
}

TEST(Answer, IsNeverRepeated) {
  for (const auto& job : {Made("triggered"), Made("pending", "99"), Made("error", "99")}) {
    SCOPED_TRACE(ToString(job.state));
    const auto first = Decide(job, {}, kPolicy, Soon(job));
    ASSERT_EQ(first.next, Next::kSet);
    EXPECT_EQ(Decide(job, After(job, first), kPolicy, Soon(job)).next, Next::kNothing);
  }
}

TEST(Answer, NeverGoesBack) {
  const Job ended = Made("error", "99");
  const Told told = After(ended, Decide(ended, {}, kPolicy, Soon(ended)));
  for (const auto& job : {Made("triggered"), Made("pending", "99"), Made("success", "99")}) {
    EXPECT_EQ(Decide(job, told, kPolicy, Soon(job)).next, Next::kNothing) << ToString(job.state);
  }
  const Job running = Made("pending", "99");
  const Told spyglass = After(running, Decide(running, {}, kPolicy, Soon(running)));
  EXPECT_EQ(Decide(Made("triggered"), spyglass, kPolicy, Soon(running)).next, Next::kNothing);
}

TEST(Answer, OfANewJobBeginsAnew) {
  const Job ended = Made("error", "99");
  const Told told = After(ended, Decide(ended, {}, kPolicy, Soon(ended)));
  const Job next = ParsedJob(JobJson("triggered", 2));
  EXPECT_EQ(Decide(next, told, kPolicy, Soon(next)).status.state, CommitState::kPending);
  // Deleted, and made anew under the same name.
  auto object = JobJson("triggered");
  object["status"]["startTime"] = "2026-08-20T10:00:00Z";
  const Job again = ParsedJob(object);
  EXPECT_EQ(Decide(again, told, kPolicy, Soon(again)).status.state, CommitState::kPending);
}

TEST(Answer, FollowsAPodThatWasMadeAnew) {
  const Job first = Made("pending", "99");
  const Told told = After(first, Decide(first, {}, kPolicy, Soon(first)));
  const auto answer = Decide(Made("pending", "100"), told, kPolicy, Soon(first));
  EXPECT_EQ(answer.next, Next::kSet);
  EXPECT_THAT(answer.status.target_url, HasSubstr("/100/"));
}

TEST(Answer, TellsAFaultOfOursAsWhatItIs) {
  auto object = JobJson("error");
  object["status"]["description"] = "Pod scheduling timeout.";
  const Job job = ParsedJob(object);
  const auto answer = Decide(job, {}, kPolicy, Soon(job));
  EXPECT_EQ(answer.phase, Phase::kEnded);
  EXPECT_EQ(answer.status.state, CommitState::kSuccess);
  EXPECT_EQ(answer.status.description,
            "coverage unavailable: the pod could not be scheduled" + kEnd);
  const auto gated = Decide(job, {}, kGate, Soon(job));
  EXPECT_EQ(gated.status.state, CommitState::kError);
  EXPECT_EQ(gated.status.description, answer.status.description);
}

TEST(Answer, TellsAJobThatIsStuckAndStillItsEnd) {
  struct Row {
    const char* state;
    const char* text;
  };
  for (const auto& row : {Row{"scheduling", "the job was not scheduled for over 60 min"},
                          Row{"triggered", "the job was not started for over 60 min"},
                          Row{"pending", "the job did not end for over 60 min"}}) {
    SCOPED_TRACE(row.state);
    const Job job = Made(row.state);
    EXPECT_EQ(Decide(job, {}, kPolicy, job.start_time + 60min - 1s).phase, Phase::kWaiting);
    const auto answer = Decide(job, {}, kPolicy, job.start_time + 60min);
    EXPECT_EQ(answer.phase, Phase::kStuck);
    EXPECT_EQ(answer.status.state, CommitState::kSuccess);
    EXPECT_EQ(answer.status.description, "coverage unavailable: " + std::string(row.text) + kEnd);
    const Told told = After(job, answer);
    EXPECT_EQ(Decide(job, told, kPolicy, job.start_time + 90min).next, Next::kNothing);
    EXPECT_EQ(Decide(Made("pending", "99"), told, kPolicy, Soon(job)).next, Next::kNothing);
    EXPECT_EQ(Decide(Made("success", "99"), told, kPolicy, Soon(job)).next, Next::kMeasure);
    EXPECT_EQ(Decide(job, {}, kGate, job.start_time + 60min).status.state, CommitState::kError);
  }
}

TEST(Answer, CountsTheTimeOfAPendingJobFromThere) {
  auto object = JobJson("pending");
  object["status"]["pendingTime"] = "2026-08-19T11:00:00Z";
  const Job job = ParsedJob(object);
  EXPECT_EQ(Decide(job, {}, kPolicy, job.start_time + 90min).phase, Phase::kWaiting);
}

TEST(Answer, GivesARunningJobTheTimeThatItsDecorationDoes) {
  auto object = JobJson("pending");
  object["spec"]["decoration_config"]["timeout"] = "2h0m0s";
  object["spec"]["decoration_config"]["grace_period"] = "10m";
  const Job waiting = ParsedJob(object);
  EXPECT_EQ(Decide(waiting, {}, kPolicy, waiting.start_time + 61min).phase, Phase::kStuck);
  object["status"]["build_id"] = "99";
  const Job job = ParsedJob(object);
  const auto running = Decide(job, {}, kPolicy, job.start_time + 129min);
  EXPECT_EQ(running.phase, Phase::kRunning);
  EXPECT_EQ(running.again_at, job.start_time + 130min);
  const auto stuck = Decide(job, {}, kPolicy, job.start_time + 130min);
  EXPECT_EQ(stuck.phase, Phase::kStuck);
  EXPECT_THAT(stuck.status.description, HasSubstr("did not end for over 130 min"));
  const Policy patient{false, 180min, "https://deck"};
  EXPECT_EQ(Decide(job, {}, patient, job.start_time + 179min).phase, Phase::kRunning);
}

TEST(Answer, ComesFromTheNumbers) {
  struct Row {
    const char* name;
    const char* state;
    results::Summary summary;
    CommitState expected;
    const char* text;
  };
  const results::Threshold seventy{70, "70"};
  const Row rows[] = {
      {"good", "success", {71, 70, {}}, CommitState::kSuccess, "71.0% (+1.0%) | threshold: 70%"},
      {"below, though the job does not mind",
       "success",
       {69, 70, {}},
       CommitState::kFailure,
       "69.0% (-1.0%) -- below threshold 70%"},
      {"below",
       "failure",
       {69, 70, {}},
       CommitState::kFailure,
       "69.0% (-1.0%) -- below threshold 70%"},
      {"tests failed",
       "failure",
       {71, 70, {}},
       CommitState::kError,
       "71.0% (+1.0%) -- tests failed"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const Job job = Made(row.state, "99");
    EXPECT_EQ(Decide(job, {}, kPolicy, Soon(job)).next, Next::kMeasure);
    const auto answer = Measured(job, kPolicy, row.summary, seventy);
    EXPECT_EQ(answer.phase, Phase::kEnded);
    EXPECT_EQ(answer.status.state, row.expected);
    EXPECT_EQ(answer.status.description, row.text + kEnd);
    EXPECT_THAT(answer.status.target_url, HasSubstr("/coverage-auto/99/"));
  }
}

TEST(Answer, WithoutNumbersSaysSo) {
  const Result<results::Summary> none = Error{ErrorCode::kNotFound, "there is no `summary`", {}};
  const auto passed = Measured(Made("success", "99"), kPolicy, none, {});
  EXPECT_EQ(passed.status.state, CommitState::kSuccess);
  EXPECT_EQ(passed.status.description, "coverage unavailable: there is no summary" + kEnd);
  EXPECT_EQ(Measured(Made("success", "99"), kGate, none, {}).status.state, CommitState::kError);
  const auto failed = Measured(Made("failure", "99"), kPolicy, none, {});
  EXPECT_EQ(failed.status.state, CommitState::kFailure);
  EXPECT_EQ(failed.status.description,
            "job failed -- no coverage numbers: there is no summary" + kEnd);
}

TEST(Answer, AsksForTheNextAttemptOfAnAbortedJobOnce) {
  const Job job = Made("aborted", "99");
  EXPECT_EQ(Decide(job, {}, kPolicy, Soon(job)).next, Next::kAskHead);
  EXPECT_EQ(Interrupted(job, {}, kPolicy, false, Soon(job)).next, Next::kClose);
  EXPECT_EQ(Interrupted(job, {}, kPolicy, true, Soon(job)).next, Next::kRerun);

  Told told;
  told.rerun_of = job.name;
  told.rerun_at = Soon(job);
  const auto waiting = Interrupted(job, told, kPolicy, true, Soon(job));
  EXPECT_EQ(waiting.next, Next::kNothing);
  EXPECT_EQ(waiting.again_at, Soon(job) + 60min);
  EXPECT_EQ(Interrupted(job, told, kPolicy, true, Soon(job) + 60min).next, Next::kSet);

  Job second = ParsedJob(JobJson("aborted", 2));
  const auto over = Interrupted(second, told, kPolicy, true, Soon(second));
  EXPECT_EQ(over.status.state, CommitState::kSuccess);
  EXPECT_EQ(over.status.description, "coverage unavailable: the job was aborted" + kEnd);
  EXPECT_EQ(Interrupted(second, told, kGate, true, Soon(second)).status.state, CommitState::kError);
  EXPECT_EQ(Interrupted(second, {}, kPolicy, true, Soon(second)).next, Next::kRerun);
  second.is_rerun = true;  // another replica asked for it
  EXPECT_EQ(Interrupted(second, {}, kPolicy, true, Soon(second)).status, over.status);
}

TEST(Answer, TakesPlanksOwnTimeOutForNoAbort) {
  auto object = JobJson("aborted");
  object["status"]["description"] = "Pod running timeout.";
  const Job job = ParsedJob(object);
  const auto answer = Decide(job, {}, kPolicy, Soon(job));
  EXPECT_EQ(answer.status.description, "coverage unavailable: the pod did not end in time" + kEnd);
}

TEST(Answer, TellsThatAJobWasDeleted) {
  Job job = Made("pending", "99");
  Told told = After(job, Decide(job, {}, kPolicy, Soon(job)));
  const std::string link = told.status->target_url;
  job.deleted = true;
  job.build_id.clear();
  EXPECT_EQ(Decide(job, told, kPolicy, Soon(job)).next, Next::kAskHead);
  EXPECT_EQ(Interrupted(job, told, kPolicy, false, Soon(job)).next, Next::kClose);
  const auto answer = Interrupted(job, told, kPolicy, true, Soon(job));
  EXPECT_EQ(answer.status.state, CommitState::kSuccess);
  EXPECT_EQ(answer.status.description, "coverage unavailable: the ProwJob was deleted" + kEnd);
  EXPECT_EQ(answer.status.target_url, link);
  // The end of a build before it is none of its.
  told.status->state = CommitState::kFailure;
  EXPECT_NE(Interrupted(job, told, kPolicy, true, Soon(job)).status.target_url, link);
}

TEST(Phase, HasANameThatIsReadBack) {
  for (const auto phase :
       {Phase::kNone, Phase::kWaiting, Phase::kRunning, Phase::kStuck, Phase::kEnded}) {
    EXPECT_EQ(ParsePhase(ToString(phase)), phase);
  }
  EXPECT_EQ(ParsePhase("dancing"), Phase::kNone);
}

}  // namespace
}  // namespace prow_coverage::reporter
