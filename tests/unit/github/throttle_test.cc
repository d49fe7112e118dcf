#include "prow_coverage/github/throttle.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

using ::testing::HasSubstr;

TEST(OrgThrottle, ReadsWhatProwReads) {
  const auto throttle = ParseOrgThrottle("KubeVirt:4000:200");
  ASSERT_TRUE(throttle);
  EXPECT_EQ(throttle->first, "kubevirt");
  EXPECT_EQ(throttle->second, (Throttle{4000, 200}));
}

TEST(OrgThrottle, SaysWhatIsWrongAndHowItIsWritten) {
  const struct {
    const char* name;
    std::string text;
    const char* message;
  } kRows[] = {
      {"empty", "", "not three parts"},
      {"org alone", "kubevirt", "not three parts"},
      {"four parts", "kubevirt:1:1:1", "not three parts"},
      {"no org", ":10:1", "organization is missing"},
      {"no tokens", "kubevirt::1", "hourly tokens"},
      {"tokens no number", "kubevirt:many:1", "hourly tokens"},
      {"tokens with a rest", "kubevirt:10x:1", "hourly tokens"},
      {"no tokens an hour", "kubevirt:0:1", "hourly tokens"},
      {"over 32 bits", "kubevirt:4294967296:1", "hourly tokens"},
      {"no burst", "kubevirt:10:", "burst"},
      {"negative burst", "kubevirt:10:-1", "burst"},
      {"burst over the tokens", "kubevirt:10:11", "must not exceed"},
  };
  for (const auto& row : kRows) {
    SCOPED_TRACE(row.name);
    const auto throttle = ParseOrgThrottle(row.text);
    ASSERT_FALSE(throttle);
    EXPECT_EQ(throttle.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(throttle.error().message, HasSubstr(row.message));
    EXPECT_THAT(throttle.error().message, HasSubstr("org:hourlyTokens:burst"));
  }
}

}  // namespace
}  // namespace prow_coverage::github
