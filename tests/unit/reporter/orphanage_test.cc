#include "orphanage.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk_fixture.h"

namespace prow_coverage::reporter {
namespace {

using github::CommitState;
using ::testing::IsEmpty;

constexpr std::chrono::minutes kPatience{5};

class OrphanageTest : public DeskTest {
 protected:
  // A job that the follower saw go.
  void Orphan(const std::string& state = "pending") {
    Put(state);
    heads_.Delete(entry().job->name);
  }

  Stepped Step() {
    boost::asio::io_context io;
    return testing::RunTask(io, orphanage_.Step(kKey));
  }

  Stepped StepInTime() {
    Step();
    clock_.Advance(kPatience);
    return Step();
  }

  void Stands(CommitState state) {
    const github::CommitStatus status{state, "coverage-auto", "whatever", "https://deck/x"};
    github_.posted = {{"kubevirt/project-infra", kHeadSha, status}};
  }

  Orphanage orphanage_{deps_, options_, heads_};
};

TEST_F(OrphanageTest, AsksForTheNextAttemptOfAJobWhoseEndNobodyHasTold) {
  Orphan();
  Stands(CommitState::kPending);
  EXPECT_FALSE(StepInTime().error);
  ASSERT_EQ(accepted_.size(), 1u);
  EXPECT_EQ(accepted_[0].head_sha, kHeadSha);
  EXPECT_EQ(accepted_[0].origin, "reporter");
  EXPECT_EQ(github_.posted.size(), 1u) << "only the reporting replica sets statuses";
  EXPECT_TRUE(logger_.Has("next attempt is asked for"));
}

TEST_F(OrphanageTest, AsksOfAJobThatEndedAndWentUntold) {
  for (const char* state : {"success", "failure", "error", "aborted"}) {
    SCOPED_TRACE(state);
    heads_ = Heads();
    accepted_.clear();
    Orphan(state);
    Stands(CommitState::kPending);
    EXPECT_FALSE(StepInTime().error);
    EXPECT_EQ(accepted_.size(), 1u);
  }
}

TEST_F(OrphanageTest, GivesTheOtherReplicaSomeMinutes) {
  Orphan();
  EXPECT_TRUE(Step().again_at);
  clock_.Advance(kPatience - std::chrono::milliseconds(1));
  EXPECT_TRUE(Step().again_at);
  EXPECT_THAT(github_.script.calls, IsEmpty());
}

TEST_F(OrphanageTest, AsksOnceAndKeepsLooking) {
  Orphan();
  Stands(CommitState::kPending);
  EXPECT_TRUE(StepInTime().again_at);
  EXPECT_EQ(inbox_.reports.back().rerun_of, entry().job->name);
  EXPECT_EQ(inbox_.reports.back().phase, "waiting") << "should this replica report, it is told";
  clock_.Advance(options_.stuck_after);
  EXPECT_TRUE(Step().again_at);
  EXPECT_EQ(accepted_.size(), 1u);
  Stands(CommitState::kSuccess);
  clock_.Advance(options_.stuck_after);
  EXPECT_FALSE(Step().again_at);
  EXPECT_EQ(inbox_.reports.back().phase, "ended");
}

TEST_F(OrphanageTest, LeavesTheAttemptThatWasAskedForAlone) {
  Put("pending", "99", 2);
  heads_.Delete(entry().job->name);
  Stands(CommitState::kPending);
  EXPECT_TRUE(StepInTime().again_at);
  EXPECT_THAT(accepted_, IsEmpty()) << "somebody who deletes it again gets it again";
}

TEST_F(OrphanageTest, TakesAProvisionalStatusForNoEnd) {
  Orphan();
  Stands(CommitState::kSuccess);
  github_.posted[0].status.description =
      "coverage unavailable: the job did not end for over 60 min";
  EXPECT_FALSE(StepInTime().error);
  EXPECT_EQ(accepted_.size(), 1u);
}

TEST_F(OrphanageTest, LeavesAHeadThatIsAnsweredOrUnwanted) {
  for (const char* what : {"told", "moved", "closed", "no commit"}) {
    SCOPED_TRACE(what);
    heads_ = Heads();
    github_.pull = OpenPull();
    Stands(what == std::string("told") ? CommitState::kSuccess : CommitState::kPending);
    if (what == std::string("moved")) github_.pull.head_sha = std::string(40, 'c');
    if (what == std::string("closed")) github_.pull.state = "closed";
    if (what == std::string("no commit")) {
      github_.script.FailNext("statuses",
                              {ErrorCode::kRejected, "No commit found for SHA: " + kHeadSha, {}});
    }
    Orphan();
    EXPECT_FALSE(StepInTime().error);
    EXPECT_THAT(accepted_, IsEmpty());
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
  }
}

TEST_F(OrphanageTest, AsksAgainWhenGitHubDoesNotAnswer) {
  const std::pair<const char*, ErrorCode> rows[] = {{"statuses", ErrorCode::kUnavailable},
                                                    {"head", ErrorCode::kUnavailable},
                                                    {"head", ErrorCode::kNotFound}};
  for (const auto& [call, code] : rows) {
    SCOPED_TRACE(call);
    heads_ = Heads();
    accepted_.clear();
    github_.script.FailNext(call, {code, "502 or 404", {}});
    Orphan();
    EXPECT_TRUE(StepInTime().error);
    EXPECT_TRUE(IsOrphan(entry()));
    EXPECT_FALSE(Step().error);
    EXPECT_EQ(accepted_.size(), 1u);
  }
}

TEST_F(OrphanageTest, LooksAtNothingElse) {
  for (const char* state : {"pending", "success"}) {
    Put(state);
    EXPECT_FALSE(StepInTime().again_at);
  }
  EXPECT_THAT(github_.script.calls, IsEmpty());
}

}  // namespace
}  // namespace prow_coverage::reporter
