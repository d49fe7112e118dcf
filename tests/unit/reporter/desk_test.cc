#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/webhook/event.h"

#include "desk_fixture.h"

namespace prow_coverage::reporter {
namespace {

using github::CommitState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST_F(DeskTest, TellsAJobFromItsBeginningToItsEnd) {
  Put("triggered", "");
  Work();
  Put("pending");
  Work();
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(Posted(), ElementsAre("pending Automated Go unit test coverage",
                                    "pending Automated Go unit test coverage",
                                    "success 71.0% (+0.5%) | threshold: 60%"));
  EXPECT_THAT(github_.script.calls, ElementsAre("status", "status", "status"));
  ASSERT_EQ(inbox_.reports.size(), 1u);
  EXPECT_EQ(inbox_.reports[0].phase, "ended");
  EXPECT_EQ(inbox_.reports[0].state, "success");
  EXPECT_THAT(metrics_->Expose(), HasSubstr("prow_coverage_reports_total{state=\"pending\"} 2"));
}

TEST_F(DeskTest, TriesAgainWhatGitHubDidNotTake) {
  github_.script.FailNext("status", {ErrorCode::kUnavailable, "502", {}});
  Put("pending");
  EXPECT_TRUE(Work().error);
  EXPECT_THAT(Posted(), IsEmpty());
  EXPECT_THAT(inbox_.reports, IsEmpty());
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(Posted().size(), 1u);
}

TEST_F(DeskTest, LeavesACommitAloneThatIsGone) {
  github_.script.FailNext("status", {ErrorCode::kRejected, "No commit found for SHA", {}});
  Put("pending");
  EXPECT_FALSE(Work().error);
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(Posted(), IsEmpty());
  EXPECT_EQ(inbox_.reports[0].phase, "ended");
}

TEST_F(DeskTest, TellsTheEndThoughTheBeginningWasRefused) {
  const Error refusals[] = {
      {ErrorCode::kNotFound, "answered 404 (Not Found): no such thing", {}},
      {ErrorCode::kRejected, "answered 422 (Validation Failed): GitHub refuses the request", {}},
      {ErrorCode::kRejected, "answered 451: GitHub refuses the request", {}}};
  for (const auto& refusal : refusals) {
    for (const bool verified : {true, false}) {
      SCOPED_TRACE(refusal.message);
      heads_ = Heads();
      github_.posted.clear();
      inbox_.reports.clear();
      verified_ = verified;
      github_.script.FailNext(verified ? "status" : "statuses", refusal);
      Put("pending");
      EXPECT_TRUE(Work().error);
      EXPECT_THAT(inbox_.reports, IsEmpty());
      Put("success");
      EXPECT_FALSE(Work().error);
      EXPECT_THAT(Posted(), ElementsAre("success 71.0% (+0.5%) | threshold: 60%"));
    }
  }
}

TEST_F(DeskTest, TriesARefusedStatusAgainForAsLongAsThereIsAJob) {
  for (int i = 0; i < 2; ++i) {
    github_.script.FailNext("status", {ErrorCode::kNotFound, "answered 404", {}});
  }
  Put("success");
  EXPECT_TRUE(Work().error);
  heads_.Delete(entry().job->name);
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(entry().told.phase, Phase::kEnded);
}

TEST_F(DeskTest, LooksUpWhatMayHaveBeenToldAlready) {
  verified_ = false;
  Put("pending");
  Work();
  EXPECT_THAT(github_.script.calls, ElementsAre("statuses", "status"));
  // Another process that knows nothing of it.
  heads_ = Heads();
  github_.script.calls.clear();
  Put("pending");
  Work();
  EXPECT_THAT(github_.script.calls, ElementsAre("statuses"));
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_EQ(entry().told.phase, Phase::kRunning);
}

// It takes over while its watch is behind.
TEST_F(DeskTest, NeverOverwritesWhatAnotherReplicaHasToldOfALaterState) {
  Put("success");
  Work();
  auto ended = JobJson("success");
  ended["status"]["build_id"] = "99";
  kube_.objects["first"] = ended;
  heads_ = Heads();
  verified_ = false;
  Put("pending");
  Work();
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_EQ(entry().told.phase, Phase::kEnded);
}

TEST_F(DeskTest, NeverOverwritesWhatAnotherReplicaHasToldOfALaterJob) {
  Put("pending", "100", 2);
  Work();
  kube_.objects["first"] = JobJson("failure");
  kube_.objects["second"] = JobJson("pending", 2);
  kube_.objects["second"]["status"]["build_id"] = "100";
  heads_ = Heads();
  verified_ = false;
  Put("failure");
  Work();
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_EQ(entry().told.phase, Phase::kRunning);
}

TEST_F(DeskTest, LeavesAnEndThatWasToldThoughItsArtifactsAreGone) {
  for (const char* state : {"success", "failure", "aborted"}) {
    SCOPED_TRACE(state);
    heads_ = Heads();
    github_.posted.clear();
    store_.asked.clear();
    verified_ = false;
    Put(state);
    Policy policy;
    policy.deck_url = settings_->deck_url;
    const Result<results::Summary> low = results::Summary{50, {}, {}};
    const auto told = Measured(*entry().job, policy, low, results::Threshold{60, "60"}).status;
    github_.posted.push_back({"kubevirt/project-infra", kHeadSha, told});
    store_.answer = Error{ErrorCode::kNotFound, "it is not there", {}};
    EXPECT_FALSE(Work().error);
    EXPECT_EQ(github_.posted.size(), 1u);
    EXPECT_THAT(store_.asked, IsEmpty());
    EXPECT_THAT(accepted_, IsEmpty());
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
    EXPECT_EQ(inbox_.reports.back().state, "failure");
  }
}

TEST_F(DeskTest, TellsTheEndOfAJobOfWhichAnotherWordStands) {
  verified_ = false;
  Put("pending", "98");
  Work();
  github_.posted.back().status.state = CommitState::kFailure;  // the end of another build
  heads_ = Heads();
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(Posted().size(), 2u);
  // Of the same build, but not its end.
  github_.posted.clear();
  heads_ = Heads();
  Put("pending");
  clock_.JumpWallClock(std::chrono::hours(2));
  Work();
  heads_ = Heads();
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(Posted(), ElementsAre(HasSubstr("did not end"), HasSubstr("71.0%")));
}

TEST_F(DeskTest, WritesNothingWhileAnotherReplicaDoes) {
  may_write_ = false;
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(github_.script.calls, IsEmpty());
  EXPECT_THAT(inbox_.reports, IsEmpty());
}

TEST_F(DeskTest, TellsNothingOfAnAbortedJobWhoseHeadIsNotWanted) {
  for (const char* what : {"moved", "closed", "gone"}) {
    SCOPED_TRACE(what);
    heads_ = Heads();
    github_.pull = OpenPull();
    if (what == std::string("moved")) github_.pull.head_sha = std::string(40, 'c');
    if (what == std::string("closed")) github_.pull.state = "closed";
    if (what == std::string("gone")) {
      github_.script.FailNext("head", {ErrorCode::kNotFound, "no such repository", {}});
    }
    Put("aborted");
    EXPECT_FALSE(Work().error);
    EXPECT_THAT(Posted(), IsEmpty());
    EXPECT_THAT(accepted_, IsEmpty());
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
  }
}

TEST_F(DeskTest, AsksForOneFurtherAttemptOfAJobThatSomebodyAborted) {
  Put("aborted");
  EXPECT_FALSE(Work().error);
  ASSERT_EQ(accepted_.size(), 1u);
  EXPECT_EQ(accepted_[0].origin, "reporter");
  const auto event = webhook::ParsePullRequestEvent(accepted_[0].body);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->action, "synchronize");
  EXPECT_EQ(event->pull, github_.pull);
  EXPECT_THAT(Posted(), IsEmpty());

  Put("aborted", "100", 2);
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(accepted_.size(), 1u);
  EXPECT_THAT(Posted(), ElementsAre("success coverage unavailable: the job was aborted"));
}

TEST_F(DeskTest, WaitsForAQueueThatIsFull) {
  github_.script.FailNext("head", {ErrorCode::kUnavailable, "502", {}});
  Put("aborted");
  EXPECT_TRUE(Work().error);
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(accepted_.size(), 1u);
}

TEST_F(DeskTest, TellsOnWhenTheInboxDoesNotKeepIt) {
  inbox_.script.FailNext("save_report", {ErrorCode::kUnavailable, "disk full", {}});
  Put("pending");
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_TRUE(logger_.Has("did not keep"));
}

}  // namespace
}  // namespace prow_coverage::reporter
