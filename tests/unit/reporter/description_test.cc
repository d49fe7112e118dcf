#include "description.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::reporter {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(Cleaned, MakesOneHarmlessLine) {
  struct Row {
    const char* name;
    std::string text;
    const char* expected;
  };
  const Row rows[] = {
      {"plain", "Pod can not be created: quota", "Pod can not be created: quota"},
      {"lines", "a\r\n\tb\0c", "a b"},
      {"ANSI", "\x1b[31;1mred\x1b[0m text \x1b]0;title", "red text 0;title"},
      {"an escape that ends the text", "a\x1b[", "a"},
      {"C1 controls",
       "a\xC2\x9B"
       "31mb",
       "a 31mb"},
      {"direction marks",
       "a\xE2\x80\xAE"
       "b\xE2\x81\xA6"
       "c",
       "a b c"},
      {"more direction marks, a soft hyphen, a byte order mark, a tag",
       "a\xD8\x9C"
       "b\xC2\xAD"
       "c\xEF\xBB\xBF"
       "d\xF3\xA0\x81\x81"
       "e",
       "a b c d e"},
      {"Markdown", "**bold** [x](http://y) <b> `c` | #1 @all ~s~ \\",
       "bold x (http://y) b c 1 all s"},
      {"bytes that are no UTF-8", "a\xFF", "a\xEF\xBF\xBD"},
      {"Tide's mark", "ok BaseSHA:0123", "ok BaseSHA 0123"},
      {"Tide's old mark", "ok Basesha:0123", "ok Basesha 0123"},
      {"a mark that appears by cleaning", "ok Base\x1b[1mSHA:0123", "ok BaseSHA 0123"},
      {"Tide's other mark", "[prow:skip-retest]", "prow:skip-retest"},
      {"nothing", " \x01 ", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Cleaned(row.text), row.expected);
  }
}

TEST(Cleaned, IsBounded) { EXPECT_LE(Cleaned(std::string(10240, 'x')).size(), 1024u); }

TEST(FinalDescription, EndsInTheBaseShaAndFits) {
  const std::string sha(40, 'b');
  EXPECT_EQ(FinalDescription("61.3%", sha), "61.3% BaseSHA:" + sha);
  const std::string longest = FinalDescription(std::string(300, 'x'), sha);
  EXPECT_EQ(longest.size(), 140u);
  EXPECT_THAT(longest, EndsWith(" BaseSHA:" + sha));
}

TEST(FinalDescription, CutsNoCharacterInTwo) {
  const std::string sha(40, 'b');
  std::string text;
  for (int i = 0; i < 100; ++i) text += "\xE2\x82\xAC";
  for (int shift = 0; shift < 4; ++shift) {
    const std::string described = FinalDescription(std::string(shift, 'x') + text, sha);
    EXPECT_TRUE(IsValidUtf8(described));
    EXPECT_LE(described.size(), 140u);
    EXPECT_THAT(described, EndsWith(" BaseSHA:" + sha));
  }
}

TEST(FinalDescription, LeavesAShaOutThatTideDoesNotRead) {
  EXPECT_THAT(FinalDescription("x", std::string(64, 'b')), Not(HasSubstr("BaseSHA")));
  EXPECT_EQ(FinalDescription("x", ""), "x");
}

}  // namespace
}  // namespace prow_coverage::reporter
