#include "http_date.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

// RFC 9110's own example, in its three forms.
constexpr std::chrono::sys_seconds kExample{std::chrono::seconds(784111777)};

TEST(HttpDate, ReadsTheThreeFormsOfRfc9110) {
  EXPECT_EQ(ParseHttpDate("Sun, 06 Nov 1994 08:49:37 GMT"), kExample);
  EXPECT_EQ(ParseHttpDate("Sunday, 06-Nov-94 08:49:37 GMT"), kExample);
  EXPECT_EQ(ParseHttpDate("Sun Nov  6 08:49:37 1994"), kExample);
}

TEST(HttpDate, ReadsAYearThatWallTimeCannotHold) {
  const auto date = ParseHttpDate("Fri, 01 Jan 3000 00:00:00 GMT");
  ASSERT_TRUE(date);
  EXPECT_EQ(date->time_since_epoch().count(), 32503680000);
}

TEST(HttpDate, RefusesEverythingElse) {
  for (const std::string_view text : {
           "",
           "tomorrow",
           "7",
           "-7",
           "Sun, 06 Nov 1994 08:49:37",
           "Sun, 06 Nov 1994 08:49:37 CET",
           "Sun, 31 Feb 1994 08:49:37 GMT",
           "Sun, 06 Nov 1994 24:00:00 GMT",
           "Sun, 06 Nov 1994 8:49:37 GMT",
           "Sun, 06 Nov 94000 08:49:37 GMT",
           "Sun, 06 Nov 1994 08:-9:37 GMT",
           "Sun, 06 Nov 1994 08:49:37 GMT and some more",
       }) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(ParseHttpDate(text));
  }
}

TEST(Rfc3339, ReadsWhatGitHubWrites) { EXPECT_EQ(ParseRfc3339("1994-11-06T08:49:37Z"), kExample); }

TEST(Rfc3339, RefusesEverythingElse) {
  for (const std::string_view text :
       {"", "1994-11-06", "1994-11-06 08:49:37Z", "1994-11-06T08:49:37+01:00",
        "1994-13-06T08:49:37Z", "1994-11-06T08:61:37Z", "199x-11-06T08:49:37Z"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(ParseRfc3339(text));
  }
}

}  // namespace
}  // namespace prow_coverage::github
