#include "retention.h"

#include <gmock/gmock.h>

#include "inbox_test_base.h"

namespace prow_coverage::inbox {
namespace {

using std::chrono::hours;

class RetentionTest : public InboxTestBase {
 protected:
  RetentionTest() { Open(); }

  // Lets time pass; the sweep comes after the next call.
  void Pass(hours time) {
    clock_.Advance(time);
    DueIds();
  }

  bool Exists(std::int64_t id) { return Await(inbox_->Get(id)).has_value(); }
};

TEST_F(RetentionTest, EveryStateIsKeptAsLongAsItHasTo) {
  const struct {
    State state;
    hours kept;  // 0: for ever
  } rows[] = {
      {State::kReceived, hours(0)},   {State::kDecided, hours(0)},    {State::kCreated, hours(0)},
      {State::kDone, hours(24 * 14)}, {State::kDead, hours(24 * 90)},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(ToString(row.state));
    const std::int64_t id = StoreIn(row.state, std::string(ToString(row.state)));
    Pass(row.kept);
    EXPECT_TRUE(Exists(id));
    Pass(hours(1));
    EXPECT_EQ(Exists(id), row.kept == hours(0));
    Pass(hours(24 * 1000));
    EXPECT_EQ(Exists(id), row.kept == hours(0));
  }
}

TEST_F(RetentionTest, TheBodyOfADoneDeliveryGoesBeforeItsTrace) {
  const std::int64_t id = StoreIn(State::kDone, "done");
  Pass(hours(25));
  const auto delivery = Await(inbox_->Get(id));
  ASSERT_TRUE(delivery);
  EXPECT_EQ(delivery->body, "");
  EXPECT_EQ(delivery->guid, "done");
}

TEST_F(RetentionTest, ARedeliveryIsStillRecognisedWithoutItsBody) {
  const std::int64_t id = StoreIn(State::kDone, "done");
  Pass(hours(25));
  EXPECT_EQ(Store(MakeDelivery("done")).value(), (Stored{Stored::Kind::kDuplicate, id}));
  NewDelivery forged = MakeDelivery("done");
  forged.body = "forged";
  EXPECT_EQ(Store(forged).error().code, ErrorCode::kConflict);
}

TEST_F(RetentionTest, TheBodyOfADeadDeliveryIsKept) {
  const std::int64_t id = StoreIn(State::kDead, "dead");
  Pass(hours(24 * 60));
  EXPECT_EQ(Await(inbox_->Get(id))->body, MakeDelivery("dead").body);
}

TEST_F(RetentionTest, StepsGoWithTheirDelivery) {
  const std::int64_t id = StoreNew("done");
  Progress progress = To(State::kDone);
  progress.steps.push_back({"files", clock_.Now(), std::chrono::microseconds(5), "ok", "3 files"});
  ASSERT_TRUE(Await(inbox_->Record(id, progress)));
  auto reader = OpenReader(options_.path).value();
  ASSERT_EQ(reader->Steps(id)->size(), 1u);
  Pass(hours(24 * 15));
  DueIds();
  EXPECT_EQ(reader->Steps(id)->size(), 0u);
}

TEST_F(RetentionTest, ManyOldRowsGoInSmallBatches) {
  StoreManyIn(State::kDone, kSweepRows + 1, 100);
  Pass(hours(24 * 15));
  auto reader = OpenReader(options_.path).value();
  const Filter all{.state = {}, .org = "", .repo = "", .number = 0, .since = {}, .limit = 1000};
  DueIds();
  EXPECT_EQ(reader->List(all)->size(), 1u);
  clock_.Advance(
      std::chrono::seconds(1));  // sooner than the minute after a sweep that left nothing
  DueIds();
  DueIds();
  EXPECT_EQ(reader->List(all)->size(), 0u);
}

TEST_F(RetentionTest, TheFileShrinksWhenMuchHasGone) {
  StoreManyIn(State::kDone, 100, 500000);
  Open();
  const auto full = std::filesystem::file_size(options_.path);
  for (int i = 0; i < 15; ++i) Pass(hours(24));
  Open();  // what is in the log reaches the file
  EXPECT_LT(std::filesystem::file_size(options_.path), full / 2);
}

TEST_F(RetentionTest, AStartTimeIsForgottenOnlyWhenItBindsNobody) {
  const WallTime start = clock_.Now();
  const auto reserve = [&](WallTime wanted) {
    return Await(inbox_->ReserveStartTime("o", "r", 1, wanted)).value();
  };
  reserve(start);
  Pass(hours(24 * 14));
  EXPECT_GT(reserve(start), start);
}

}  // namespace
}  // namespace prow_coverage::inbox
