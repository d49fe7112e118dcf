#include "prow_coverage/pr_pod/names.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::pr_pod {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(Names, FollowTheJob) {
  const auto names = MakeNames("job", "secret", "");
  ASSERT_TRUE(names);
  EXPECT_EQ(*names, (Names{"job", "secret", "job-builder"}));
  EXPECT_EQ(*MakeNames("job", "secret", "ab12"),
            (Names{"job-ab12", "secret-ab12", "job-ab12-builder"}));
}

TEST(Names, NeverPassSixtyThreeCharacters) {
  const std::string longest(63, 'a');
  const auto names = MakeNames(longest, longest, "ab12cd");
  ASSERT_TRUE(names);
  for (const std::string& name : {names->job, names->secret, names->builder}) {
    EXPECT_LE(name.size(), 63U);
    EXPECT_THAT(name, StartsWith("aaaa"));
  }
  EXPECT_THAT(names->job, ::testing::EndsWith("-ab12cd"));
}

TEST(Names, StayDifferentWhenTheirEndsAreCut) {
  const auto one = MakeNames(std::string(62, 'a') + "1", "s", "");
  const auto two = MakeNames(std::string(62, 'a') + "2", "s", "");
  EXPECT_NE(one->builder, two->builder);
}

TEST(Names, RefuseWhatKubernetesWould) {
  for (const char* name : {"", "-a", "a-", "A", "a_b", "a.b", "a b", "a/b"}) {
    SCOPED_TRACE(name);
    EXPECT_FALSE(MakeNames(name, "s", ""));
    EXPECT_FALSE(MakeNames("j", name, ""));
  }
  const auto too_long = MakeNames(std::string(70, 'a'), "s", "");
  ASSERT_FALSE(too_long);
  EXPECT_THAT(too_long.error().message, HasSubstr("is 70 characters long"));
}

TEST(LabelValue, IsWhatKubernetesAllows) {
  EXPECT_EQ(LabelValue("kubevirt"), "kubevirt");
  EXPECT_EQ(LabelValue("-a b/c_"), "a-b-c");
  EXPECT_EQ(LabelValue("..."), "");
  EXPECT_EQ(LabelValue(std::string(70, 'a')).size(), 63U);
}

}  // namespace
}  // namespace prow_coverage::pr_pod
