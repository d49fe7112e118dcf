#include "prow_coverage/github/host_budget.h"

#include <map>
#include <vector>

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kNow{std::chrono::hours(5)};

TEST(HostBudget, LetsGoWithoutALimit) {
  HostBudget budget;
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(budget.Acquire("h", kNow), 0ms);
}

TEST(HostBudget, HoldsEverybodyUntilTheEndOfABlock) {
  HostBudget budget;
  budget.Block("h", kNow + 7s);
  EXPECT_EQ(budget.Acquire("h", kNow), 7000ms);
  EXPECT_EQ(budget.Acquire("h", kNow + 7s - 1ns), 1ms);
  EXPECT_EQ(budget.Acquire("h", kNow + 7s), 0ms);
}

TEST(HostBudget, BlocksOneHostOnly) {
  HostBudget budget;
  budget.Block("h", kNow + 7s);
  EXPECT_EQ(budget.Acquire("other", kNow), 0ms);
}

// Everybody waits as long as told, and asks again.
TEST(HostBudget, LetsAThousandWaitersComeBackOneAfterTheOther) {
  HostBudget budget;
  const MonotonicTime end = kNow + 7s;
  budget.Block("h", end);
  std::multimap<MonotonicTime, int> waiting;
  for (int i = 0; i < 1000; ++i) waiting.emplace(kNow + budget.Acquire("h", kNow), 0);
  std::vector<int> calls(10);
  int asked_most = 0;
  while (!waiting.empty()) {
    const auto [now, asked] = *waiting.begin();
    waiting.erase(waiting.begin());
    ASSERT_GE(now, end);
    const auto wait = budget.Acquire("h", now);
    if (wait.count() > 0) {
      waiting.emplace(now + wait, asked + 1);
      asked_most = std::max(asked_most, asked + 1);
      continue;
    }
    ++calls.at(static_cast<std::size_t>(std::chrono::floor<std::chrono::seconds>(now - end) / 1s));
  }
  EXPECT_LE(calls[0], 55);
  EXPECT_LE(calls[1], 105);
  EXPECT_LE(calls[2], 205);
  EXPECT_EQ(calls[0] + calls[1] + calls[2] + calls[3] + calls[4], 1000);
  EXPECT_LE(asked_most, 3);
}

TEST(HostBudget, IsOpenAgainTenSecondsAfterABlock) {
  HostBudget budget;
  budget.Block("h", kNow);
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(budget.Acquire("h", kNow + 10s), 0ms);
}

TEST(HostBudget, NeverShortensABlock) {
  HostBudget budget;
  budget.Block("h", kNow + 7s);
  budget.Block("h", kNow + 1s);
  EXPECT_EQ(budget.Blocked("h", kNow), 7000ms);
}

TEST(HostBudget, SpendsTheBurstThenTheHourlyRate) {
  HostBudget budget(3600, 2);
  EXPECT_EQ(budget.Acquire("h", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", kNow), 1000ms);
  EXPECT_EQ(budget.Acquire("h", kNow + 1s), 0ms);
  EXPECT_GT(budget.Acquire("h", kNow + 1s), 0ms);
}

TEST(HostBudget, SavesUpNoMoreThanTheBurst) {
  HostBudget budget(3600, 2);
  ASSERT_EQ(budget.Acquire("h", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", kNow + 1h), 0ms);
  EXPECT_EQ(budget.Acquire("h", kNow + 1h), 0ms);
  EXPECT_GT(budget.Acquire("h", kNow + 1h), 0ms);
}

TEST(HostBudget, TakesNoTokenForLooking) {
  HostBudget budget(3600, 1);
  EXPECT_EQ(budget.Blocked("h", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", kNow), 0ms);
}

TEST(HostBudget, TakesNoTokenWhileBlocked) {
  HostBudget budget(3600, 1);
  budget.Block("h", kNow + 7s);
  EXPECT_EQ(budget.Acquire("h", kNow), 7000ms);
  EXPECT_EQ(budget.Acquire("h", kNow + 7s), 0ms);
}

}  // namespace
}  // namespace prow_coverage::github
