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

  // The gauges are set again with a commit some seconds later.
  void ExpectDone(int count) {
    clock_.Advance(std::chrono::seconds(5));
    DueIds();
    DueIds();
    EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"done\"} " + std::to_string(count)));
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

TEST_F(SightingsTest, OfABusyPullRequestAreItsNewest) {
  std::int64_t newest = 0;
  for (std::size_t i = 0; i < kSightingsPerPull + 20; ++i) {
    newest = StoreOf("busy", 1, "busy-" + std::to_string(i));
  }
  const auto other = StoreOf("calm", 1, "calm");
  const auto sightings = Of({{"kubevirt", "busy", 1}, {"kubevirt", "calm", 1}});
  ASSERT_EQ(sightings.size(), kSightingsPerPull + 1);
  EXPECT_EQ(sightings.front().id, newest - static_cast<std::int64_t>(kSightingsPerPull) + 1);
  EXPECT_EQ(sightings.back().id, other);
}

// One read of them all would stop the acceptance for seconds.
TEST_F(SightingsTest, OfManyPullRequestsLetDeliveriesInBetween) {
  constexpr std::int64_t kPulls = 500;
  std::vector<PullKey> pulls;
  for (std::int64_t number = 1; number <= kPulls; ++number) {
    pulls.push_back({"kubevirt", "many", number});
  }
  StoreOf("many", kPulls, "the last one");
  bool read = false;
  int stored_meanwhile = 0;
  boost::asio::co_spawn(
      context_,
      [&, pulls]() -> Task<void> {
        auto sightings = co_await inbox_->Sightings(pulls);
        read = true;
        EXPECT_EQ(sightings->size(), 1u);
      },
      boost::asio::detached);
  boost::asio::co_spawn(
      context_,
      [&]() -> Task<void> {
        while (true) {
          NewDelivery delivery = MakeDelivery(std::to_string(stored_meanwhile));
          co_await inbox_->Store(std::move(delivery));
          if (read) co_return;
          ++stored_meanwhile;
        }
      },
      boost::asio::detached);
  context_.restart();
  context_.run();
  EXPECT_GE(stored_meanwhile, 2);
}

TEST_F(SightingsTest, AKeptDeliveryHasEndedWithItsReason) {
  const auto kept = Keep("ignored");
  EXPECT_EQ(kept.kind, Stored::Kind::kNew);
  const auto delivery = Await(inbox_->Get(kept.id)).value();
  EXPECT_EQ(delivery.state, State::kDone);
  EXPECT_EQ(delivery.reason, "action_not_handled");
  EXPECT_EQ(delivery.body, MakeDelivery("ignored").body);
  EXPECT_THAT(DueIds(), IsEmpty());
  ExpectDone(1);
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
  ExpectDone(0);
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
