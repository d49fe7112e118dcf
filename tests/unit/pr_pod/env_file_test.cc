#include "prow_coverage/pr_pod/env_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::pr_pod {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(EnvFile, ReadsEveryWayOfWritingAValue) {
  struct Row {
    const char* text;
    const char* value;
  };
  const Row rows[] = {
      {"K=v", "v"},
      {"K=v\n", "v"},
      {"K=v\r\n", "v"},
      {"\xEF\xBB\xBFK=v\n", "v"},
      {"export K=v", "v"},
      {"  export   K = v  ", "v"},
      {"# comment\n\nK=v # another", "v"},
      {"K=a#b", "a#b"},
      {"K=", ""},
      {"K= # nothing", ""},
      {"K='a # b'", "a # b"},
      {"K='$HOME\\n'", "$HOME\\n"},
      {"K=\"a\\nb\\t\\\"\\$\\\\\\x\"", "a\nb\t\"$\\\\x"},
      {"K=\"two\nlines\" # end", "two\nlines"},
      {"K=$(rm -rf /)", "$(rm -rf /)"},
      {"K=a=b", "a=b"},
      {"K=1\nK=2", "2"},
      {"export=1\nK=v", "v"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto values = ParseEnvFile(row.text, "f");
    ASSERT_TRUE(values) << values.error().message;
    ASSERT_TRUE(values->contains("K"));
    EXPECT_EQ(values->at("K"), row.value);
  }
}

TEST(EnvFile, NamesTheLineAndNeverTheValue) {
  struct Row {
    const char* text;
    const char* says;
  };
  const Row rows[] = {
      {"A=1\nsecret", "f:2: expected KEY=value"}, {"=secret", "f:1: expected KEY=value"},
      {"K='secret", "f:1: the quote is not"},     {"A=1\n\nK=\"secret", "f:3: the quote"},
      {"K='secret' secret", "f:1: something"},    {"export", "f:1: expected"},
      {"1K=secret", "f:1: expected KEY=value"},   {"K secret", "f:1: expected KEY=value"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.text);
    const auto values = ParseEnvFile(row.text, "f");
    ASSERT_FALSE(values);
    EXPECT_THAT(values.error().message, HasSubstr(row.says));
    EXPECT_THAT(values.error().message, Not(HasSubstr("secret")));
  }
}

}  // namespace
}  // namespace prow_coverage::pr_pod
