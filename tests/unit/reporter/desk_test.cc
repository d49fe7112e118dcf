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
  struct {
    const char* call;
    Error refusal;
    bool again;
  } const rows[] = {
      {"status", {ErrorCode::kNotFound, "answered 404 (Not Found): no such thing", {}}, true},
      {"status", {ErrorCode::kRejected, "answered 422 (Validation Failed)", {}}, false},
      {"statuses", {ErrorCode::kNotFound, "answered 404 (Not Found): no such thing", {}}, true},
      {"statuses", {ErrorCode::kRejected, "answered 451: GitHub refuses the request", {}}, true}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.call + (" " + row.refusal.message));
    heads_ = Heads();
    github_.posted.clear();
    inbox_.reports.clear();
    verified_ = row.call == std::string("status");
    github_.script.FailNext(row.call, row.refusal);
    Put("pending");
    EXPECT_EQ(Work().error.has_value(), row.again);
    EXPECT_EQ(inbox_.reports.empty(), row.again);
    Put("success");
    EXPECT_FALSE(Work().error);
    EXPECT_THAT(Posted(), ElementsAre("success 71.0% (+0.5%) | threshold: 60%"));
  }
}

// At most 1,000 statuses of a commit, for example.
TEST_F(DeskTest, SaysOnceThatGitHubWillNeverTakeAStatus) {
  github_.script.FailNext("status", {ErrorCode::kRejected, "answered 422 (too many)", {}});
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(github_.script.calls, ElementsAre("status"));
  EXPECT_EQ(inbox_.reports[0].phase, "ended");
  EXPECT_TRUE(logger_.Has("refuses this status for good"));
}

TEST_F(DeskTest, TriesARefusedStatusAgainUntilTheJobIsGoneAndADayLong) {
  for (int i = 0; i < 4; ++i) {
    github_.script.FailNext("status", {ErrorCode::kNotFound, "answered 404", {}});
  }
  Put("success");
  ExpectRefused();
  clock_.Advance(std::chrono::hours(25));
  ExpectRefused();
  heads_.Delete(entry().job->name);
  entry().failing_since = clock_.Monotonic();
  ExpectRefused();
  clock_.Advance(std::chrono::hours(24));
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
  for (const char* what : {"moved", "closed"}) {
    SCOPED_TRACE(what);
    heads_ = Heads();
    github_.pull = OpenPull();
    if (what == std::string("moved")) github_.pull.head_sha = std::string(40, 'c');
    if (what == std::string("closed")) github_.pull.state = "closed";
    Put("aborted");
    EXPECT_FALSE(Work().error);
    EXPECT_THAT(Posted(), IsEmpty());
    EXPECT_THAT(accepted_, IsEmpty());
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
  }
}

// What a credential may not see is answered 404 as well, and an operator mends that.
TEST_F(DeskTest, WaitsADayForAPullRequestThatIsOutOfSight) {
  for (const bool mended : {true, false}) {
    SCOPED_TRACE(mended);
    heads_ = Heads();
    github_.posted.clear();
    for (int i = 0; i < (mended ? 1 : 2); ++i) {
      github_.script.FailNext("head", {ErrorCode::kNotFound, "answered 404", {}});
    }
    Put("pending");
    heads_.Delete(entry().job->name);
    ExpectRefused();
    clock_.Advance(std::chrono::hours(24));
    EXPECT_FALSE(Work().error);
    EXPECT_EQ(Posted().size(), mended ? 1u : 0u);
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
  }
}

TEST_F(DeskTest, NeverTellsOverAFinalStatusThatAJobWasDeleted) {
  struct {
    CommitState state;
    const char* description;
    std::size_t posts;
  } const rows[] = {
      {CommitState::kSuccess, "71.0% (+0.5%) | threshold: 60% BaseSHA:x", 1},
      {CommitState::kFailure, "69.0%", 1},
      {CommitState::kPending, "Automated Go unit test coverage", 2},
      {CommitState::kSuccess, "coverage unavailable: the job did not end for over 60 min", 2},
      {CommitState::kSuccess, "coverage unavailable: no answer; it is asked again", 2}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.description);
    heads_ = Heads();
    const github::CommitStatus stands{row.state, "coverage-auto", row.description, "https://x"};
    github_.posted = {{"kubevirt/project-infra", kHeadSha, stands}};
    Put("pending");
    Reach(entry(), *entry().job, Phase::kRunning);
    const auto report = ToReport(entry());
    heads_ = Heads();
    heads_.Restore(report, clock_.Now());
    heads_.Settle();
    EXPECT_FALSE(Work().error);
    EXPECT_EQ(github_.posted.size(), row.posts);
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
    if (row.posts == 2) EXPECT_THAT(Posted().back(), HasSubstr("the ProwJob was deleted"));
  }
}

// Of a replica that stood still while this one took over.
TEST_F(DeskTest, LooksOnceMoreWhetherALateStatusCameOverItsOwn) {
  for (const bool came : {true, false}) {
    SCOPED_TRACE(came);
    heads_ = Heads();
    github_.posted.clear();
    heads_.Doubt(clock_.Monotonic() + std::chrono::seconds(15));
    Put("success");
    Work();
    const auto told = github_.posted.back();
    heads_.Delete(entry().job->name);
    heads_.Forget(kKey);
    if (came) github_.posted.push_back(told);
    if (came) github_.posted.back().status.state = CommitState::kPending;
    clock_.Advance(std::chrono::milliseconds(14'999));
    EXPECT_FALSE(Work().error);
    EXPECT_EQ(github_.posted.size(), came ? 2u : 1u) << "too early";
    clock_.Advance(std::chrono::milliseconds(1));
    EXPECT_FALSE(Work().error);
    EXPECT_EQ(github_.posted.size(), came ? 3u : 1u);
    EXPECT_EQ(github_.posted.back().status, told.status);
    heads_.Forget(kKey);
    EXPECT_EQ(heads_.Find(kKey), nullptr);
  }
}

// A person ran it again in Deck, and its first job is gone.
TEST_F(DeskTest, AdoptsAJobByAnotherNameOfAHeadThatHasOurStatus) {
  for (const char* context : {"coverage-auto", "another"}) {
    SCOPED_TRACE(context);
    const bool ours = context == std::string("coverage-auto");
    heads_ = Heads();
    github_.script.calls.clear();
    github_.posted = {
        {"kubevirt/project-infra", kHeadSha, {CommitState::kSuccess, context, "", ""}}};
    auto rerun = JobJson("pending");
    rerun["metadata"]["name"] = "deck-rerun";
    heads_.Upsert(ParsedJob(rerun));
    EXPECT_FALSE(Work().error);
    EXPECT_FALSE(Work().error);
    EXPECT_EQ(github_.script.calls[0], "statuses");
    EXPECT_EQ(github_.script.calls.size(), ours ? 2u : 1u);
    EXPECT_EQ(github_.posted.size(), ours ? 2u : 1u);
    EXPECT_EQ(entry().claim, ours ? Claim::kOurs : Claim::kForeign);
  }
  EXPECT_TRUE(logger_.Has("of no head of ours"));
  EXPECT_THAT(metrics_->Expose(), HasSubstr("{why=\"no_head\"} 1"));
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
