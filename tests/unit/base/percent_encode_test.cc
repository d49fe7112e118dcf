#include "prow_coverage/base/percent_encode.h"

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(PercentEncode, LeavesUnreservedCharactersAlone) {
  EXPECT_EQ(PercentEncode("AZaz09-._~"), "AZaz09-._~");
}

TEST(PercentEncode, EscapesEverythingElse) {
  EXPECT_EQ(PercentEncode("release/1.2 ü%&?#+"), "release%2F1.2%20%C3%BC%25%26%3F%23%2B");
}

}  // namespace
}  // namespace prow_coverage
