#include "prow_coverage/inbox/inbox.h"

#include <filesystem>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "inbox_test_base.h"

namespace prow_coverage::inbox {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

class InboxTest : public InboxTestBase {
 protected:
  InboxTest() { Open(); }
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

// As a broken disk would.
void DamageBodies(const std::filesystem::path& inbox) {
  sqlite3* raw = nullptr;
  ASSERT_EQ(sqlite3_open(inbox.c_str(), &raw), SQLITE_OK);
  EXPECT_EQ(
      sqlite3_exec(raw, "UPDATE bodies SET body = substr(body, 1, 20)", nullptr, nullptr, nullptr),
      SQLITE_OK);
  sqlite3_close(raw);
}

TEST_F(InboxTest, SaysOfADamagedBodyThatItIsAndTakesAnother) {
  const std::int64_t id = StoreNew("guid-1");
  DamageBodies(options_.path);
  const auto damaged = Await(inbox_->Get(id));
  ASSERT_FALSE(damaged);
  EXPECT_EQ(damaged.error().code, ErrorCode::kInternal);
  EXPECT_THAT(damaged.error().message,
              StartsWith("inbox: delivery guid-1: the stored body is damaged"));

  EXPECT_EQ(Store(MakeDelivery("guid-1")).value().kind, Stored::Kind::kDuplicate);
  EXPECT_EQ(Get(id).body, MakeDelivery("guid-1").body);
}

TEST_F(InboxTest, DropsADamagedBodyInItsTime) {
  const std::int64_t id = StoreNew("guid-1");
  ASSERT_TRUE(Await(inbox_->Record(id, To(State::kDone))));
  DamageBodies(options_.path);
  clock_.Advance(hours(25));
  Open();
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(std::chrono::minutes(2));
    StoreNew("guid-" + std::to_string(2 + i));
  }
  EXPECT_EQ(Get(id).body, "");
}

TEST_F(InboxTest, KeepsAnEmptyBodyAndTextsThatAreNoUtf8) {
  NewDelivery odd = MakeDelivery(std::string("\xc3\0'; DROP TABLE deliveries; --", 28));
  odd.body.clear();
  const std::int64_t id = Store(odd)->id;
  EXPECT_EQ(static_cast<const NewDelivery&>(Get(id)), odd);
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
