#include "in_hand.h"

#include <gtest/gtest.h>

#include "prow_coverage/inbox/inbox.h"

#include "support/fake_clock.h"

namespace prow_coverage::handler {
namespace {

using namespace std::chrono_literals;

class InHandTest : public ::testing::Test {
 protected:
  void Fail() { in_hand_.Take(1)->Began(); }

  // How long it has to wait, in seconds.
  std::chrono::seconds Wait() {
    auto waited = 0s;
    for (; !in_hand_.TakeAgain(1); ++waited) clock_.Advance(1s);
    return waited;
  }

  testing::FakeClock clock_;
  InHand in_hand_{clock_};
};

TEST_F(InHandTest, IsInOneHandAtATime) {
  auto hold = in_hand_.Take(1);
  ASSERT_TRUE(hold);
  EXPECT_FALSE(in_hand_.Take(1));
  EXPECT_FALSE(in_hand_.TakeAgain(1));
  EXPECT_TRUE(in_hand_.Take(2));
  EXPECT_EQ(in_hand_.size(), 1u);
  hold.reset();
  EXPECT_TRUE(in_hand_.Take(1));
}

TEST_F(InHandTest, DoesNotWaitWhenNothingHasBegunOrItsEndIsRecorded) {
  { const auto untouched = in_hand_.Take(1); }
  EXPECT_EQ(Wait(), 0s);
  {
    const auto hold = in_hand_.Take(1);
    hold->Began();
    hold->Recorded();
  }
  EXPECT_EQ(Wait(), 0s);
}

TEST_F(InHandTest, WaitsUpToAnHourAfterFailures) {
  Fail();
  EXPECT_GE(Wait(), 1s);
  auto longest = 0s;
  for (int i = 0; i < 60; ++i) {
    Fail();
    longest = std::max(longest, Wait());
  }
  EXPECT_GT(longest, 10min);
  EXPECT_LE(longest, inbox::kLongestWait + 1s);
}

TEST_F(InHandTest, ARecordedEndMakesUpForFailures) {
  for (int i = 0; i < 60; ++i) Fail();
  {
    const auto hold = in_hand_.Take(1);
    hold->Began();
    hold->Recorded();
  }
  EXPECT_EQ(Wait(), 0s);
  Fail();
  EXPECT_LE(Wait(), 3s);
}

TEST_F(InHandTest, ForgetsWhatNobodyComesBackFor) {
  for (int i = 0; i < 60; ++i) Fail();
  clock_.Advance(2 * inbox::kLongestWait + 1s);
  in_hand_.ForgetOld();
  Fail();
  EXPECT_LE(Wait(), 3s);
}

}  // namespace
}  // namespace prow_coverage::handler
