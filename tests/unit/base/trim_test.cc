#include "prow_coverage/base/trim.h"

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(Trim, TakesWhiteSpaceFromBothEndsAndNoneFromTheMiddle) {
  EXPECT_EQ(Trim(" \t\r\na b\r\n"), "a b");
  EXPECT_EQ(Trim("a"), "a");
  EXPECT_EQ(Trim(""), "");
  EXPECT_EQ(Trim(" \n"), "");
}

TEST(Trim, TakesWhatTheFormatCallsWhiteSpace) {
  EXPECT_EQ(Trim("\va\f", kGoSpace), "a");
  EXPECT_EQ(Trim("\va\f"), "\va\f");
  EXPECT_EQ(Trim(" a\n", " \t"), "a\n");
}

}  // namespace
}  // namespace prow_coverage
