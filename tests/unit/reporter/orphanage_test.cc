#include "orphanage.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk_fixture.h"

namespace prow_coverage::reporter {
namespace {

using github::CommitState;
using ::testing::IsEmpty;

constexpr std::chrono::seconds kLongerThanALease{16};

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
    clock_.Advance(kLongerThanALease);
    return Step();
  }

  void Stands(CommitState state) {
    const github::CommitStatus status{state, "coverage-auto", "whatever", "https://deck/x"};
    github_.posted = {{"kubevirt/project-infra", kHeadSha, status}};
  }

  Orphanage orphanage_{deps_, heads_};
};

TEST_F(OrphanageTest, AsksForTheNextAttemptOfAJobWhoseEndNobodyHasTold) {
  Orphan();
  Stands(CommitState::kPending);
  EXPECT_FALSE(StepInTime().error);
  ASSERT_EQ(accepted_.size(), 1u);
  EXPECT_EQ(accepted_[0].head_sha, kHeadSha);
  EXPECT_EQ(accepted_[0].origin, "reporter");
  EXPECT_EQ(github_.posted.size(), 1u) << "only the reporting replica sets statuses";
  EXPECT_FALSE(IsOrphan(entry()));
  EXPECT_TRUE(logger_.Has("nobody has told it"));
}

TEST_F(OrphanageTest, WaitsForLongerThanALeaseLasts) {
  Orphan();
  const auto later = Step();
  EXPECT_TRUE(later.again_at);
  EXPECT_TRUE(Step().again_at);
  EXPECT_THAT(github_.script.calls, IsEmpty());
  ASSERT_EQ(inbox_.reports.size(), 1u) << "a restart forgets it";
  EXPECT_EQ(inbox_.reports[0].phase, "waiting");
}

TEST_F(OrphanageTest, RemembersItAfterARestart) {
  Orphan();
  Step();
  heads_ = Heads();
  heads_.Restore(inbox_.reports[0], clock_.Now());
  heads_.Settle();
  ASSERT_TRUE(IsOrphan(entry()));
  Stands(CommitState::kPending);
  EXPECT_FALSE(StepInTime().error);
  EXPECT_EQ(accepted_.size(), 1u);
}

TEST_F(OrphanageTest, LeavesAHeadThatIsAnsweredOrUnwanted) {
  for (const char* what : {"told", "moved", "closed", "gone", "no commit"}) {
    SCOPED_TRACE(what);
    heads_ = Heads();
    github_.pull = OpenPull();
    Stands(what == std::string("told") ? CommitState::kSuccess : CommitState::kPending);
    if (what == std::string("moved")) github_.pull.head_sha = std::string(40, 'c');
    if (what == std::string("closed")) github_.pull.state = "closed";
    if (what == std::string("gone")) {
      github_.script.FailNext("head", {ErrorCode::kNotFound, "no such repository", {}});
    }
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
  for (const char* call : {"statuses", "head"}) {
    SCOPED_TRACE(call);
    heads_ = Heads();
    accepted_.clear();
    github_.script.FailNext(call, {ErrorCode::kUnavailable, "502", {}});
    Orphan();
    EXPECT_TRUE(StepInTime().error);
    EXPECT_TRUE(IsOrphan(entry()));
    EXPECT_FALSE(Step().error);
    EXPECT_EQ(accepted_.size(), 1u);
  }
}

TEST_F(OrphanageTest, LooksAtNothingElse) {
  Put("pending");
  EXPECT_FALSE(StepInTime().again_at);
  Orphan("success");  // its artifacts tell
  EXPECT_FALSE(StepInTime().again_at);
  EXPECT_THAT(github_.script.calls, IsEmpty());
}

}  // namespace
}  // namespace prow_coverage::reporter
