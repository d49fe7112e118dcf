#include "alarms.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::reporter {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST(Alarms, GoOffOnceAndInOrder) {
  const MonotonicTime start{};
  Alarms alarms;
  alarms.Set("late", start + 3s);
  alarms.Set("early", start + 1s);
  EXPECT_THAT(alarms.Due(start), IsEmpty());
  EXPECT_THAT(alarms.Due(start + 3s), ElementsAre("early", "late"));
  EXPECT_THAT(alarms.Due(start + 9s), IsEmpty());
}

TEST(Alarms, KeepOneTimeForEach) {
  const MonotonicTime start{};
  Alarms alarms;
  alarms.Set("a", start + 1s);
  alarms.Set("a", start + 5s);
  EXPECT_THAT(alarms.Due(start + 4s), IsEmpty());
  EXPECT_THAT(alarms.Due(start + 5s), ElementsAre("a"));
}

}  // namespace
}  // namespace prow_coverage::reporter
