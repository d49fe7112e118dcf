#include "prow_coverage/github/host_budget.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;

constexpr MonotonicTime kNow{std::chrono::hours(5)};

TEST(HostBudget, LetsGoWithoutALimit) {
  HostBudget budget;
  for (int i = 0; i < 10000; ++i) ASSERT_EQ(budget.Acquire("h", "org", kNow), 0ms);
}

TEST(HostBudget, HoldsEverybodyUntilTheEndOfABlock) {
  HostBudget budget;
  budget.Block("h", kNow + 7s);
  EXPECT_EQ(budget.Acquire("h", "org", kNow), 7000ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow + 7s - 1ns), 1ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow + 7s), 0ms);
}

TEST(HostBudget, BlocksOneHostOnly) {
  HostBudget budget;
  budget.Block("h", kNow + 7s);
  EXPECT_EQ(budget.Acquire("other", "org", kNow), 0ms);
}

TEST(HostBudget, NeverShortensABlock) {
  HostBudget budget;
  budget.Block("h", kNow + 7s);
  budget.Block("h", kNow + 1s);
  EXPECT_EQ(budget.Blocked("h", kNow), 7000ms);
}

TEST(HostBudget, SpendsTheBurstThenTheHourlyRate) {
  HostBudget budget({3600, 2});
  EXPECT_EQ(budget.Acquire("h", "org", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow), 1000ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow + 1s), 0ms);
  EXPECT_GT(budget.Acquire("h", "org", kNow + 1s), 0ms);
}

TEST(HostBudget, SavesUpNoMoreThanTheBurst) {
  HostBudget budget({3600, 2});
  ASSERT_EQ(budget.Acquire("h", "org", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow + 1h), 0ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow + 1h), 0ms);
  EXPECT_GT(budget.Acquire("h", "org", kNow + 1h), 0ms);
}

TEST(HostBudget, GivesAnOrganizationItsOwnTokens) {
  HostBudget budget({3600, 1}, {{"kubevirt", {3600, 2}}});
  EXPECT_EQ(budget.Acquire("h", "kubevirt", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "KubeVirt", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "kubevirt", kNow), 1000ms);
  EXPECT_EQ(budget.Acquire("h", "one", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "another", kNow), 1000ms) << "the others share theirs";
}

TEST(HostBudget, ThrottlesAnOrganizationWhenTheOthersAreFree) {
  HostBudget budget({}, {{"kubevirt", {1800, 1}}});
  EXPECT_EQ(budget.Acquire("h", "kubevirt", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "kubevirt", kNow), 2000ms);
  for (int i = 0; i < 100; ++i) ASSERT_EQ(budget.Acquire("h", "other", kNow), 0ms);
}

TEST(HostBudget, KeepsTokensOfEachHostApart) {
  HostBudget budget({}, {{"kubevirt", {3600, 1}}});
  EXPECT_EQ(budget.Acquire("ghproxy", "kubevirt", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "kubevirt", kNow), 0ms);
}

TEST(HostBudget, BlocksAnOrganizationWithTokensToo) {
  HostBudget budget({}, {{"kubevirt", {3600, 1}}});
  budget.Block("h", kNow + 7s);
  EXPECT_EQ(budget.Acquire("h", "kubevirt", kNow), 7000ms);
}

TEST(HostBudget, TakesNoTokenForLooking) {
  HostBudget budget({3600, 1});
  EXPECT_EQ(budget.Blocked("h", kNow), 0ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow), 0ms);
}

TEST(HostBudget, TakesNoTokenWhileBlocked) {
  HostBudget budget({3600, 1});
  budget.Block("h", kNow + 7s);
  EXPECT_EQ(budget.Acquire("h", "org", kNow), 7000ms);
  EXPECT_EQ(budget.Acquire("h", "org", kNow + 7s), 0ms);
}

}  // namespace
}  // namespace prow_coverage::github
