// What the inbox tells of pull requests, and what it keeps for the record alone.

#include <gmock/gmock.h>

#include "inbox_test_base.h"

namespace prow_coverage::inbox {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SightingsTest : public InboxTestBase {
 protected:
  SightingsTest() { Open(); }

  std::int64_t StoreOf(const std::string& repo, std::int64_t number, const std::string& guid) {
    NewDelivery delivery = MakeDelivery(guid);
    delivery.repo = repo;
    delivery.number = number;
    return Store(delivery).value().id;
  }

  std::vector<Sighting> Of(std::vector<PullKey> pulls) {
    auto sightings = Await(inbox_->Sightings(std::move(pulls)));
    EXPECT_TRUE(sightings) << sightings.error().message;
    return *std::move(sightings);
  }

  // Counts are told once in a while, after a call; the call after it has seen that happen.
  bool ExposesLater(const std::string& line) {
    clock_.Advance(std::chrono::seconds(5));
    DueIds();
    DueIds();
    return Exposes(line);
  }

  Stored Keep(const std::string& guid) {
    return Await(inbox_->Keep(MakeDelivery(guid), "action_not_handled")).value();
  }
};

TEST_F(SightingsTest, AreThoseOfThePullRequestsAskedForInTheOrderOfArrival) {
  const auto first = StoreOf("a", 1, "1");
  StoreOf("a", 2, "2");
  StoreOf("b", 1, "3");
  const auto second = StoreOf("a", 1, "4");
  const auto third = StoreOf("c", 3, "5");
  Progress progress = To(State::kDone);
  progress.reason = "job_created";
  ASSERT_TRUE(Await(inbox_->Record(first, progress)));
  const std::string sha(40, 'a');
  const PullKey a1{"kubevirt", "a", 1};
  const PullKey c3{"kubevirt", "c", 3};
  EXPECT_THAT(Of({c3, a1, {"kubevirt", "a", 99}}),
              ElementsAre(Sighting{first, a1, sha, State::kDone, "job_created"},
                          Sighting{second, a1, sha, State::kReceived, ""},
                          Sighting{third, c3, sha, State::kReceived, ""}));
  EXPECT_THAT(Of({}), IsEmpty());
  EXPECT_THAT(Of({{"kubevirt", "\"]", 1}}), IsEmpty());
}

TEST_F(SightingsTest, AKeptDeliveryHasEndedWithItsReason) {
  const auto kept = Keep("ignored");
  EXPECT_EQ(kept.kind, Stored::Kind::kNew);
  const auto delivery = Await(inbox_->Get(kept.id)).value();
  EXPECT_EQ(delivery.state, State::kDone);
  EXPECT_EQ(delivery.reason, "action_not_handled");
  EXPECT_EQ(delivery.body, MakeDelivery("ignored").body);
  EXPECT_THAT(DueIds(), IsEmpty());
  EXPECT_TRUE(ExposesLater("prow_coverage_inbox_deliveries{state=\"done\"} 1"));
}

TEST_F(SightingsTest, KeepingTouchesNoDeliveryThatIsKnown) {
  const auto id = StoreNew("known");
  EXPECT_EQ(Keep("known").kind, Stored::Kind::kDuplicate);
  EXPECT_EQ(Await(inbox_->Get(id))->state, State::kReceived);
}

TEST_F(SightingsTest, AKeptDeliveryIsWorkedOnWhenItIsDeliveredAgain) {
  const auto kept = Keep("ignored");
  EXPECT_EQ(Store(MakeDelivery("ignored")).value(), (Stored{Stored::Kind::kRevived, kept.id}));
  EXPECT_THAT(DueIds(), ElementsAre(kept.id));
  EXPECT_TRUE(ExposesLater("prow_coverage_inbox_deliveries{state=\"done\"} 0"));
}

TEST_F(SightingsTest, AKeptDeliveryGetsItsDroppedBodyBack) {
  const auto kept = Keep("ignored");
  clock_.Advance(std::chrono::hours(25));
  DueIds();
  ASSERT_EQ(Await(inbox_->Get(kept.id))->body, "");
  EXPECT_EQ(Store(MakeDelivery("ignored"))->kind, Stored::Kind::kRevived);
  EXPECT_EQ(Await(inbox_->Get(kept.id))->body, MakeDelivery("ignored").body);
}

TEST_F(SightingsTest, KeepingRefusesABrokenGuid) {
  NewDelivery delivery = MakeDelivery(std::string(257, 'g'));
  EXPECT_EQ(Await(inbox_->Keep(delivery, "x")).error().code, ErrorCode::kInvalidArgument);
}

}  // namespace
}  // namespace prow_coverage::inbox
