#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

// In real time once; the same on an advanced clock is tests/unit/github's.
TEST(RateLimit, MakesNoCallToAHostThatAskedForSevenSeconds) {
  World world;
  const auto daemon = world.StartDaemon();
  world.GitHub("POST", "/_sandbox/faults",
               {{"target", "github"}, {"kind", "429"}, {"retry_after", 7}, {"count", 1}});
  const auto began = std::chrono::steady_clock::now();
  for (int i = 1; i <= 20; ++i) {
    world.PutPull(i, {"robots/a.go"});
    world.Deliver(*daemon, i, "guid-" + std::to_string(i));
  }
  ASSERT_TRUE(Eventually([&] { return world.Statuses().size() == 20; })) << daemon->Err();
  EXPECT_GE(std::chrono::steady_clock::now() - began, std::chrono::seconds(7));
  EXPECT_EQ(world.GitHub("GET", "/_sandbox/summary")["events"]["violation"], 0);
}

}  // namespace
}  // namespace prow_coverage::testing
