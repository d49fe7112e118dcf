#include "prow_coverage/base/utf8.h"

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(Utf8, TellsCharactersFromBytesThatAreNone) {
  const struct {
    const char* name;
    std::string_view text;
    std::size_t length;
  } rows[] = {
      {"nothing", "", 0},
      {"ASCII", "a", 1},
      {"NUL", std::string_view("\0", 1), 1},
      {"two bytes", "\u00E4", 2},
      {"three bytes", "\u20AC", 3},
      {"four bytes", "\U0001F600", 4},
      {"the last character", "\xF4\x8F\xBF\xBF", 4},
      {"beyond the last character", "\xF4\x90\x80\x80", 0},
      {"surrogate", "\xED\xA0\x80", 0},
      {"overlong slash", "\xC0\xAF", 0},
      {"overlong in three bytes", "\xE0\x80\xAF", 0},
      {"overlong in four bytes", "\xF0\x80\x80\xAF", 0},
      {"continuation alone", "\x80", 0},
      {"cut off", "\xE2\x82", 0},
      {"ASCII where the third byte should be", "\xE2\x82z", 0},
      {"0xFF", "\xFF", 0},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Utf8CharacterLength(row.text), row.length);
    EXPECT_EQ(IsValidUtf8(row.text), row.text.empty() || row.length == row.text.size());
  }
}

TEST(Utf8, ReadsTheCodePointAtTheFront) {
  const struct {
    const char* name;
    std::string_view text;
    CodePoint front;
  } rows[] = {
      {"ASCII", "ab", {U'a', 1, true}},
      {"two bytes", "\u00E4b", {U'\u00E4', 2, true}},
      {"three bytes", "\u20ACb", {U'\u20AC', 3, true}},
      {"four bytes", "\U0001F600b", {U'\U0001F600', 4, true}},
      {"cut off", "\xE2\x82", {U'\uFFFD', 1, false}},
      {"the replacement character itself", "\uFFFD", {U'\uFFFD', 3, true}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const CodePoint front = FrontCodePoint(row.text);
    EXPECT_EQ(front.value, row.front.value);
    EXPECT_EQ(front.size, row.front.size);
    EXPECT_EQ(front.valid, row.front.valid);
  }
}

TEST(Utf8, ReplacesOnlyWhatBelongsToNoCharacter) {
  EXPECT_EQ(ToValidUtf8("\xFFgr\u00FC\xC3n \xE2\x82"), "\uFFFDgr\u00FC\uFFFDn \uFFFD\uFFFD");
}

TEST(Utf8, LeavesValidTextAlone) {
  EXPECT_EQ(ToValidUtf8("gr\u00FCn \U0001F600"), "gr\u00FCn \U0001F600");
}

TEST(Utf8, ClipsBetweenTwoCharacters) {
  const std::string text = "ab\u20ACcd";
  const struct {
    std::size_t limit;
    std::string_view clipped;
  } rows[] = {{0, ""},         {1, "a"},         {2, "ab"}, {3, "ab"},  {4, "ab"},
              {5, "ab\u20AC"}, {6, "ab\u20ACc"}, {7, text}, {100, text}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.limit);
    EXPECT_EQ(ClipUtf8(text, row.limit), row.clipped);
  }
}

TEST(Utf8, ClipsBytesThatAreNoCharactersAtTheLimit) {
  EXPECT_EQ(ClipUtf8(std::string(100, '\x80'), 50).size(), 50u);
}

}  // namespace
}  // namespace prow_coverage
