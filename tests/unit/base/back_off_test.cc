#include "prow_coverage/base/back_off.h"

#include <climits>
#include <set>

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

using std::chrono::milliseconds;

TEST(BackOff, CeilingDoublesUpToTheMaximum) {
  const BackOff policy{milliseconds(2000), milliseconds(15000)};
  const struct {
    int attempt;
    milliseconds ceiling;
  } rows[] = {{0, milliseconds(2000)},  {1, milliseconds(4000)},  {2, milliseconds(8000)},
              {3, milliseconds(15000)}, {4, milliseconds(15000)}, {INT_MAX, milliseconds(15000)}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.attempt);
    EXPECT_EQ(BackOffCeiling(policy, row.attempt), row.ceiling);
  }
}

TEST(BackOff, InitialOverTheMaximumIsCutToIt) {
  EXPECT_EQ(BackOffCeiling({milliseconds(500), milliseconds(100)}, 0), milliseconds(100));
}

TEST(BackOff, HugeMaximumDoesNotOverflow) {
  const BackOff policy{milliseconds(1), milliseconds::max()};
  EXPECT_EQ(BackOffCeiling(policy, 100), milliseconds::max());
}

TEST(BackOff, ZeroInitialNeverWaits) {
  EXPECT_EQ(BackOffCeiling({milliseconds(0), milliseconds(100)}, INT_MAX), milliseconds(0));
}

TEST(BackOff, JitterSpreadsOverTheWholeRange) {
  const BackOff policy{milliseconds(1000), milliseconds(60000)};
  EXPECT_EQ(FullJitter(policy, 1, 0.0), milliseconds(0));
  EXPECT_EQ(FullJitter(policy, 1, 0.5), milliseconds(1000));
  EXPECT_EQ(FullJitter(policy, 1, 0.9999), milliseconds(1999));
}

TEST(BackOff, RandomNumbersDifferAndStayBelowOne) {
  std::set<double> seen;
  for (int i = 0; i < 100; ++i) {
    const double random = Random01();
    EXPECT_GE(random, 0.0);
    EXPECT_LT(random, 1.0);
    seen.insert(random);
  }
  EXPECT_GT(seen.size(), 90u);
}

}  // namespace
}  // namespace prow_coverage
