#include "prow_coverage/prow/go_duration.h"

#include <gtest/gtest.h>

namespace prow_coverage::prow {
namespace {

using namespace std::chrono_literals;

TEST(GoDuration, IsWrittenAsGoWritesIt) {
  const struct {
    std::chrono::nanoseconds duration;
    const char* text;
  } rows[] = {
      {0s, "0s"},          {15s, "15s"},
      {59s, "59s"},        {1min, "1m0s"},
      {90s, "1m30s"},      {2h, "2h0m0s"},
      {2h + 5s, "2h0m5s"}, {100h, "100h0m0s"},
      {1500ms, "1.5s"},    {10s + 1ns, "10.000000001s"},
  };
  for (const auto& row : rows) EXPECT_EQ(FormatGoDuration(row.duration), row.text);
}

TEST(GoDuration, IsReadAsGoReadsIt) {
  const struct {
    const char* text;
    std::chrono::nanoseconds duration;
  } rows[] = {
      {"0", 0s},      {"0s", 0s},        {"2h", 2h},      {"2h0m0s", 2h},
      {"90m", 90min}, {"1h30m", 90min},  {"1.5h", 90min}, {".5s", 500ms},
      {"1.s", 1s},    {"100ms", 100ms},  {"0.1s", 100ms}, {"3us", 3us},
      {"3µs", 3us},   {"3\u03BCs", 3us}, {"7ns", 7ns},    {"1s1s", 2s},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(ParseGoDuration(row.text).value(), row.duration);
  }
}

TEST(GoDuration, RefusesWhatGoDoesNotRead) {
  for (const char* text : {"", "2", "2 h", "h", "2x", "-1s", "1..5s", ".s", "2h ", "1e3s", "inf",
                           "9999999h9999999h", "99999999999999999999999999999999h"}) {
    SCOPED_TRACE(text);
    const auto duration = ParseGoDuration(text);
    ASSERT_FALSE(duration);
    EXPECT_EQ(duration.error().code, ErrorCode::kInvalidArgument);
  }
}

}  // namespace
}  // namespace prow_coverage::prow
