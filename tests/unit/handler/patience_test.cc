#include "patience.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace prow_coverage::handler {
namespace {

using namespace std::chrono_literals;

class PatienceTest : public ::testing::Test {
 protected:
  testing::FakeClock clock_;
  Patience patience_{clock_, 24h};
  const WallTime arrival_ = clock_.Now();
};

TEST_F(PatienceTest, IsOverAtTheMaximumAge) {
  clock_.Advance(24h - 1s);
  EXPECT_FALSE(patience_.IsOver(arrival_));
  clock_.Advance(1s);
  EXPECT_TRUE(patience_.IsOver(arrival_));
}

TEST_F(PatienceTest, OutlivesAClockThatIsSetForward) {
  clock_.Advance(2h);
  clock_.JumpWallClock(48h);
  EXPECT_FALSE(patience_.IsOver(arrival_));
  clock_.Advance(22h - 1s);
  EXPECT_FALSE(patience_.IsOver(arrival_));
  clock_.Advance(1s);
  EXPECT_TRUE(patience_.IsOver(arrival_));
}

TEST_F(PatienceTest, AddsUpSeveralJumps) {
  for (int i = 0; i < 5; ++i) {
    clock_.Advance(2h);
    clock_.JumpWallClock(12h);
    EXPECT_FALSE(patience_.IsOver(arrival_));
  }
  clock_.Advance(14h);
  EXPECT_TRUE(patience_.IsOver(arrival_));
}

TEST_F(PatienceTest, CountsAJumpForWhatArrivedBeforeItOnly) {
  clock_.Advance(2h);
  clock_.JumpWallClock(48h);
  const auto after = clock_.Now();
  EXPECT_FALSE(patience_.IsOver(after));
  clock_.Advance(24h);
  EXPECT_TRUE(patience_.IsOver(after));
}

TEST_F(PatienceTest, TakesSmallCorrectionsForTimeThatPassed) {
  clock_.Advance(24h - 4min);
  clock_.JumpWallClock(4min);
  EXPECT_TRUE(patience_.IsOver(arrival_));
}

TEST_F(PatienceTest, LastsLongerAfterAClockThatIsSetBack) {
  clock_.Advance(2h);
  clock_.JumpWallClock(-24h);
  clock_.Advance(22h);
  EXPECT_FALSE(patience_.IsOver(arrival_));
  clock_.Advance(24h);
  EXPECT_TRUE(patience_.IsOver(arrival_));
}

TEST_F(PatienceTest, GivesNothingUpInTheFirstHour) {
  const auto days_ago = arrival_ - 72h;
  clock_.Advance(1h - 1s);
  EXPECT_FALSE(patience_.IsOver(days_ago));
  clock_.Advance(1s);
  EXPECT_TRUE(patience_.IsOver(days_ago));
}

TEST(Patience, IsAsShortAsAMaximumAgeUnderAnHour) {
  testing::FakeClock clock;
  Patience patience(clock, 60s);
  const auto arrival = clock.Now();
  clock.Advance(60s);
  EXPECT_TRUE(patience.IsOver(arrival));
}

}  // namespace
}  // namespace prow_coverage::handler
