// What every Inbox does, the real one and the fake that other rooms' tests rely on.

#include <gmock/gmock.h>

#include "inbox_test_base.h"
#include "support/fake_inbox.h"

namespace prow_coverage::inbox {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Kind {
  const char* name;
  bool real;
};

class InboxContract : public InboxTestBase, public ::testing::WithParamInterface<Kind> {
 protected:
  InboxContract() {
    if (GetParam().real) {
      Open();
    } else {
      inbox_ = std::make_unique<testing::FakeInbox>(clock_);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Inboxes, InboxContract,
                         ::testing::Values(Kind{"Real", true}, Kind{"Fake", false}),
                         [](const auto& kind) { return std::string(kind.param.name); });

TEST_P(InboxContract, GetAnswersWhatWasStored) {
  NewDelivery stored = MakeDelivery("guid-1");
  stored.body = std::string("\0binary\xff", 8);
  const std::int64_t id = Store(stored)->id;

  Delivery expected;
  static_cast<NewDelivery&>(expected) = stored;
  expected.id = id;
  expected.received_at = clock_.Now();
  expected.next_attempt_at = clock_.Now();
  EXPECT_EQ(Get(id), expected);
}

TEST_P(InboxContract, GetOfAnUnknownIdIsNotFound) {
  EXPECT_EQ(Await(inbox_->Get(4711)).error().code, ErrorCode::kNotFound);
}

TEST_P(InboxContract, RefusesAGuidThatIsEmptyOrTooLong) {
  EXPECT_EQ(Store(MakeDelivery("")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Store(MakeDelivery(std::string(257, 'x'))).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Store(MakeDelivery(std::string(256, 'x'))));
}

TEST_P(InboxContract, ARedeliveryOfUnfinishedOrDoneWorkIsADuplicate) {
  for (const State state : {State::kReceived, State::kDecided, State::kCreated, State::kDone}) {
    SCOPED_TRACE(ToString(state));
    const std::string guid(ToString(state));
    const std::int64_t id = StoreIn(state, guid);
    EXPECT_EQ(Store(MakeDelivery(guid)).value(), (Stored{Stored::Kind::kDuplicate, id}));
    EXPECT_EQ(Get(id).state, state);
  }
}

TEST_P(InboxContract, ARedeliveryOfDeadWorkMakesItNewAgain) {
  const std::int64_t id = StoreNew("guid-1");
  Progress given_up = To(State::kDead);
  given_up.attempted = true;
  ASSERT_TRUE(Await(inbox_->Record(id, given_up)));
  clock_.Advance(hours(30));

  EXPECT_EQ(Store(MakeDelivery("guid-1")).value(), (Stored{Stored::Kind::kRevived, id}));
  const Delivery revived = Get(id);
  EXPECT_EQ(revived.state, State::kReceived);
  EXPECT_EQ(revived.attempts, 0);
  EXPECT_EQ(revived.received_at, clock_.Now());
  EXPECT_THAT(DueIds(), ElementsAre(id));
}

TEST_P(InboxContract, AKnownGuidWithAnotherBodyIsAConflictAndChangesNothing) {
  const std::int64_t id = StoreNew("guid-1");
  NewDelivery forged = MakeDelivery("guid-1");
  forged.body += " ";
  EXPECT_EQ(Store(forged).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Get(id).body, MakeDelivery("guid-1").body);
}

TEST_P(InboxContract, RecordAppliesTheWholeOfAProgress) {
  const std::int64_t id = StoreNew("guid-1");
  Progress progress = To(State::kDecided);
  progress.reason = "run";
  progress.detail = "Go files changed";
  progress.job_name = "job-1";
  progress.next_attempt_at = clock_.Now() + minutes(5);
  progress.attempted = true;
  ASSERT_TRUE(Await(inbox_->Record(id, progress)));

  const Delivery delivery = Get(id);
  EXPECT_EQ(delivery.state, State::kDecided);
  EXPECT_EQ(delivery.reason, "run");
  EXPECT_EQ(delivery.detail, "Go files changed");
  EXPECT_EQ(delivery.job_name, "job-1");
  EXPECT_EQ(delivery.next_attempt_at, clock_.Now() + minutes(5));
  EXPECT_EQ(delivery.attempts, 1);
}

TEST_P(InboxContract, RecordLeavesWhatAProgressDoesNotTell) {
  const std::int64_t id = StoreNew("guid-1");
  Progress first = To(State::kDecided);
  first.reason = "run";
  first.detail = "Go files changed";
  first.job_name = "job-1";
  first.next_attempt_at = clock_.Now() + minutes(5);
  ASSERT_TRUE(Await(inbox_->Record(id, first)));
  const Delivery before = Get(id);
  ASSERT_TRUE(Await(inbox_->Record(id, To(State::kDecided))));
  EXPECT_EQ(Get(id), before);
}

// Somebody who was slower: a late wait must not bring it back to life.
TEST_P(InboxContract, RecordLeavesWhatHasEnded) {
  const std::int64_t done = StoreIn(State::kDone, "done");
  const std::int64_t dead = StoreIn(State::kDead, "dead");
  for (const State state : {State::kReceived, State::kCreated, State::kDone, State::kDead}) {
    EXPECT_EQ(Await(inbox_->Record(done, To(state))).error().code, ErrorCode::kConflict);
    EXPECT_EQ(Await(inbox_->Record(dead, To(state))).error().code, ErrorCode::kConflict);
  }
  EXPECT_EQ(Get(done).state, State::kDone);
  EXPECT_EQ(Get(dead).state, State::kDead);
  EXPECT_EQ(Get(done).attempts, 1);
  EXPECT_TRUE(DueIds().empty());
}

TEST_P(InboxContract, RecordOfAnUnknownIdIsNotFound) {
  EXPECT_EQ(Await(inbox_->Record(4711, To(State::kDone))).error().code, ErrorCode::kNotFound);
}

TEST_P(InboxContract, DueSkipsWhatHasEndedAndWhatHasToWait) {
  const std::int64_t received = StoreNew("received");
  const std::int64_t created = StoreIn(State::kCreated, "created");
  StoreIn(State::kDone, "done");
  StoreIn(State::kDead, "dead");
  const std::int64_t waiting = StoreNew("waiting");
  Progress wait = To(State::kReceived);
  wait.next_attempt_at = clock_.Now() + minutes(2);
  ASSERT_TRUE(Await(inbox_->Record(waiting, wait)));

  EXPECT_THAT(DueIds(), ElementsAre(received, created));
  clock_.Advance(minutes(2));
  EXPECT_THAT(DueIds(), ElementsAre(received, created, waiting));
}

TEST_P(InboxContract, DueIsReadInPages) {
  const std::int64_t first = StoreNew("1");
  const std::int64_t second = StoreNew("2");
  const std::int64_t third = StoreNew("3");
  EXPECT_THAT(DueIds(0, 2), ElementsAre(first, second));
  EXPECT_THAT(DueIds(second, 2), ElementsAre(third));
  EXPECT_THAT(DueIds(third, 2), IsEmpty());
}

TEST_P(InboxContract, DueTellsThePullRequest) {
  const std::int64_t id = StoreNew("guid-1");
  EXPECT_THAT(Await(inbox_->Due(clock_.Now(), 0, 10)).value(),
              ElementsAre(Pending{id, "kubevirt", "kubevirt", 17}));
}

TEST_P(InboxContract, AWaitIsNeverLongerThanTheLongest) {
  const std::int64_t id = StoreNew("guid-1");
  Progress wait = To(State::kReceived);
  wait.next_attempt_at = clock_.Now() + hours(48);
  ASSERT_TRUE(Await(inbox_->Record(id, wait)));
  EXPECT_THAT(DueIds(), IsEmpty());
  clock_.Advance(kLongestWait);
  EXPECT_THAT(DueIds(), ElementsAre(id));
}

TEST_P(InboxContract, WorkIsDueAfterTheWallClockWasSetBackByADay) {
  const std::int64_t id = StoreNew("guid-1");
  Progress wait = To(State::kReceived);
  wait.next_attempt_at = clock_.Now() + minutes(2);
  ASSERT_TRUE(Await(inbox_->Record(id, wait)));
  clock_.JumpWallClock(-hours(24));
  EXPECT_THAT(DueIds(), ElementsAre(id));
}

TEST_P(InboxContract, ASmallCorrectionOfTheWallClockEndsNoWait) {
  const std::int64_t id = StoreNew("guid-1");
  Progress wait = To(State::kReceived);
  wait.next_attempt_at = clock_.Now() + kLongestWait;
  ASSERT_TRUE(Await(inbox_->Record(id, wait)));
  clock_.JumpWallClock(-seconds(2));
  EXPECT_THAT(DueIds(), IsEmpty());
}

TEST_P(InboxContract, StartTimesOfOnePullRequestAreWholeSecondsAndStrictlyLater) {
  const WallTime now = clock_.Now();
  const auto reserve = [&](std::int64_t number, WallTime wanted) {
    return Await(inbox_->ReserveStartTime("kubevirt", "kubevirt", number, wanted)).value();
  };
  EXPECT_EQ(reserve(17, now + std::chrono::milliseconds(900)), now);
  EXPECT_EQ(reserve(17, now), now + seconds(1));
  EXPECT_EQ(reserve(17, now - hours(24)), now + seconds(2));
  EXPECT_EQ(reserve(17, now + seconds(30)), now + seconds(30));
  EXPECT_EQ(reserve(18, now), now);
}

TEST_P(InboxContract, ADeadDeliveryThatIsRevivedKeepsWhatIsKnownOfIt) {
  const std::int64_t id = StoreNew("guid-1");
  Progress given_up = To(State::kDead);
  given_up.reason = "too_old";
  given_up.detail = "GitHub was down";
  given_up.job_name = "job-1";
  ASSERT_TRUE(Await(inbox_->Record(id, given_up)));
  ASSERT_TRUE(Store(MakeDelivery("guid-1")));
  const Delivery revived = Get(id);
  EXPECT_EQ(revived.reason, "too_old");
  EXPECT_EQ(revived.detail, "GitHub was down");
  EXPECT_EQ(revived.job_name, "job-1");
}

TEST_P(InboxContract, ANewReasonWithoutDetailEndsTheOldDetail) {
  const std::int64_t id = StoreNew("guid-1");
  Progress first = To(State::kReceived);
  first.reason = "waiting_for_github";
  first.detail = "down";
  ASSERT_TRUE(Await(inbox_->Record(id, first)));
  Progress second = To(State::kDone);
  second.reason = "head_moved";
  ASSERT_TRUE(Await(inbox_->Record(id, second)));
  EXPECT_EQ(Get(id).reason, "head_moved");
  EXPECT_EQ(Get(id).detail, "");
}

TEST_P(InboxContract, CutsALongDetail) {
  const std::int64_t id = StoreNew("guid-1");
  Progress long_one = To(State::kReceived);
  long_one.detail.assign(100000, 'x');
  ASSERT_TRUE(Await(inbox_->Record(id, long_one)));
  EXPECT_EQ(Get(id).detail.size(), std::size_t{64} << 10);
}

}  // namespace
}  // namespace prow_coverage::inbox
