#include "date_field.h"

#include <gtest/gtest.h>

#include "support/fake_clock.h"

namespace prow_coverage::server {
namespace {

using namespace std::chrono_literals;

TEST(DateField, WritesTheTimeAsHttpWantsIt) {
  const testing::FakeClock clock;
  DateField date(clock);
  EXPECT_EQ(date.Line(), "Date: Wed, 19 Aug 2026 10:00:00 GMT\r\n");
}

TEST(DateField, GoesOnWithTheClock) {
  testing::FakeClock clock;
  DateField date(clock);
  (void)date.Line();
  clock.Advance(999ms);
  EXPECT_EQ(date.Line(), "Date: Wed, 19 Aug 2026 10:00:00 GMT\r\n");
  clock.Advance(1ms);
  EXPECT_EQ(date.Line(), "Date: Wed, 19 Aug 2026 10:00:01 GMT\r\n");
}

TEST(DateField, FollowsAClockThatIsSetBack) {
  testing::FakeClock clock;
  DateField date(clock);
  (void)date.Line();
  clock.JumpWallClock(-24h * 18);
  EXPECT_EQ(date.Line(), "Date: Sat, 01 Aug 2026 10:00:00 GMT\r\n");
}

TEST(DateField, MakesItsTextOnceASecond) {
  testing::FakeClock clock;
  DateField date(clock);
  const char* text = date.Line().data();
  clock.Advance(1ms);
  EXPECT_EQ(date.Line().data(), text);
}

}  // namespace
}  // namespace prow_coverage::server
