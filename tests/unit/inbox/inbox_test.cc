#include "prow_coverage/inbox/inbox.h"

#include <gmock/gmock.h>

#include "inbox_test_base.h"

namespace prow_coverage::inbox {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class InboxTest : public InboxTestBase {
 protected:
  InboxTest() { Open(); }

  Delivery Get(std::int64_t id) {
    auto delivery = Await(inbox_->Get(id));
    EXPECT_TRUE(delivery) << delivery.error().message;
    return delivery ? *delivery : Delivery{};
  }
};

TEST(StateNames, AreReadBackAsWritten) {
  for (const auto state :
       {State::kReceived, State::kDecided, State::kCreated, State::kDone, State::kDead}) {
    EXPECT_EQ(ParseState(ToString(state)).value(), state);
  }
}

TEST(StateNames, AnUnknownOneIsAnsweredWithThoseThatExist) {
  const auto state = ParseState("pending");
  ASSERT_FALSE(state);
  EXPECT_EQ(state.error().message,
            "there is no state \"pending\"; the states are received, decided, created, done, dead");
}

TEST_F(InboxTest, GetAnswersWhatWasStored) {
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

TEST_F(InboxTest, KeepsAnEmptyBodyAndTextsThatAreNoUtf8) {
  NewDelivery odd = MakeDelivery(std::string("\xc3\0'; DROP TABLE deliveries; --", 28));
  odd.body.clear();
  const std::int64_t id = Store(odd)->id;
  EXPECT_EQ(static_cast<const NewDelivery&>(Get(id)), odd);
}

TEST_F(InboxTest, GetOfAnUnknownIdIsNotFound) {
  EXPECT_EQ(Await(inbox_->Get(4711)).error().code, ErrorCode::kNotFound);
}

TEST_F(InboxTest, RefusesAGuidThatIsEmptyOrTooLong) {
  EXPECT_EQ(Store(MakeDelivery("")).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(Store(MakeDelivery(std::string(257, 'x'))).error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(Store(MakeDelivery(std::string(256, 'x'))));
}

TEST_F(InboxTest, ARedeliveryOfUnfinishedOrDoneWorkIsADuplicate) {
  for (const State state : {State::kReceived, State::kDecided, State::kCreated, State::kDone}) {
    SCOPED_TRACE(ToString(state));
    const std::string guid(ToString(state));
    const std::int64_t id = StoreIn(state, guid);
    EXPECT_EQ(Store(MakeDelivery(guid)).value(), (Stored{Stored::Kind::kDuplicate, id}));
    EXPECT_EQ(Get(id).state, state);
  }
}

TEST_F(InboxTest, ARedeliveryOfDeadWorkMakesItNewAgain) {
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

TEST_F(InboxTest, AKnownGuidWithAnotherBodyIsAConflictAndChangesNothing) {
  const std::int64_t id = StoreNew("guid-1");
  NewDelivery forged = MakeDelivery("guid-1");
  forged.body += " ";
  EXPECT_EQ(Store(forged).error().code, ErrorCode::kConflict);
  EXPECT_EQ(Get(id).body, MakeDelivery("guid-1").body);
}

TEST_F(InboxTest, RecordAppliesTheWholeOfAProgress) {
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

TEST_F(InboxTest, RecordLeavesWhatAProgressDoesNotTell) {
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

TEST_F(InboxTest, RecordOfAnUnknownIdIsNotFound) {
  EXPECT_EQ(Await(inbox_->Record(4711, To(State::kDone))).error().code, ErrorCode::kNotFound);
}

TEST_F(InboxTest, DueSkipsWhatHasEndedAndWhatHasToWait) {
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

TEST_F(InboxTest, DueIsReadInPages) {
  const std::int64_t first = StoreNew("1");
  const std::int64_t second = StoreNew("2");
  const std::int64_t third = StoreNew("3");
  EXPECT_THAT(DueIds(0, 2), ElementsAre(first, second));
  EXPECT_THAT(DueIds(second, 2), ElementsAre(third));
  EXPECT_THAT(DueIds(third, 2), IsEmpty());
}

TEST_F(InboxTest, DueTellsThePullRequest) {
  const std::int64_t id = StoreNew("guid-1");
  EXPECT_THAT(Await(inbox_->Due(clock_.Now(), 0, 10)).value(),
              ElementsAre(Pending{id, "kubevirt", "kubevirt", 17}));
}

TEST_F(InboxTest, AWaitIsNeverLongerThanTheLongest) {
  const std::int64_t id = StoreNew("guid-1");
  Progress wait = To(State::kReceived);
  wait.next_attempt_at = clock_.Now() + hours(48);
  ASSERT_TRUE(Await(inbox_->Record(id, wait)));
  EXPECT_THAT(DueIds(), IsEmpty());
  clock_.Advance(kLongestWait);
  EXPECT_THAT(DueIds(), ElementsAre(id));
}

TEST_F(InboxTest, WorkIsDueAfterTheWallClockWasSetBackByADay) {
  const std::int64_t id = StoreNew("guid-1");
  Progress wait = To(State::kReceived);
  wait.next_attempt_at = clock_.Now() + minutes(2);
  ASSERT_TRUE(Await(inbox_->Record(id, wait)));
  clock_.JumpWallClock(-hours(24));
  EXPECT_THAT(DueIds(), ElementsAre(id));
}

TEST_F(InboxTest, ASmallCorrectionOfTheWallClockEndsNoWait) {
  const std::int64_t id = StoreNew("guid-1");
  Progress wait = To(State::kReceived);
  wait.next_attempt_at = clock_.Now() + kLongestWait;
  ASSERT_TRUE(Await(inbox_->Record(id, wait)));
  clock_.JumpWallClock(-seconds(2));
  EXPECT_THAT(DueIds(), IsEmpty());
}

TEST_F(InboxTest, StartTimesOfOnePullRequestAreWholeSecondsAndStrictlyLater) {
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

TEST_F(InboxTest, EverythingIsThereAfterReopening) {
  const std::int64_t id = StoreIn(State::kDecided, "guid-1");
  const Delivery before = Get(id);
  Open();
  EXPECT_EQ(Get(id), before);
}

TEST_F(InboxTest, AnIdIsNeverUsedTwice) {
  const std::int64_t id = StoreIn(State::kDone, "guid-1");
  clock_.Advance(hours(24 * 365));
  DueIds();  // the sweep comes after a call
  ASSERT_FALSE(Await(inbox_->Get(id)));
  EXPECT_GT(StoreNew("guid-2"), id);
}

TEST_F(InboxTest, TellsHowManyDeliveriesAreInEachState) {
  StoreNew("1");
  StoreIn(State::kDone, "2");
  const std::int64_t id = StoreIn(State::kDead, "3");
  clock_.Advance(seconds(5));
  ASSERT_TRUE(Await(inbox_->Get(id)));
  ASSERT_TRUE(Await(inbox_->Get(id)));
  EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"received\"} 1"));
  EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"done\"} 1"));
  EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"dead\"} 1"));
  EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"created\"} 0"));
}

TEST_F(InboxTest, CountsWhatItFindsWhenItOpens) {
  StoreNew("1");
  inbox_.reset();
  metrics_ = metrics::MakePrometheusMetrics();
  Open();
  EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"received\"} 1"));
}

TEST_F(InboxTest, WorksInMemoryAndSaysWhatThatGivesUp) {
  options_.path = ":memory:";
  Open();
  EXPECT_THAT(DueIds(), IsEmpty());
  const std::int64_t id = StoreNew("guid-1");
  EXPECT_THAT(DueIds(), ElementsAre(id));
  EXPECT_TRUE(logger_.Has("kept in memory"));
}

}  // namespace
}  // namespace prow_coverage::inbox
