#include "prow_coverage/results/summary.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::results {
namespace {

using ::testing::HasSubstr;

TEST(Summary, ReadsWhatTheGoPluginsScriptWrites) {
  const auto summary = ParseSummary(
      "{\n  \"pr_coverage\": 61.3,\n  \"base_coverage\": 60.9,\n  \"delta\": 0.4,\n"
      "  \"threshold\": 70\n}\n");
  ASSERT_TRUE(summary) << summary.error().message;
  EXPECT_EQ(*summary, (Summary{61.3, 60.9, 70}));
}

TEST(Summary, WhatIsUnknownIsNotZero) {
  for (const char* text :
       {R"({"pr_coverage": 5})",
        R"({"pr_coverage": 5, "base_coverage": null, "delta": null, "threshold": null})"}) {
    SCOPED_TRACE(text);
    const auto summary = ParseSummary(text);
    ASSERT_TRUE(summary);
    EXPECT_EQ(*summary, (Summary{5, std::nullopt, std::nullopt}));
  }
}

TEST(Summary, TakesBothEndsOfTheRange) {
  EXPECT_TRUE(ParseSummary(R"({"pr_coverage": 0, "base_coverage": 100, "delta": -100})"));
}

TEST(Summary, LeavesRoomForMembersToCome) {
  EXPECT_TRUE(ParseSummary(R"({"pr_coverage": 5, "statements": {"covered": 1, "total": 20}})"));
}

TEST(Summary, RefusesWhatIsNoSummary) {
  struct Row {
    const char* name;
    std::string text;
    const char* told;
  };
  const Row rows[] = {
      {"empty", "", "not valid JSON ("},
      {"a number twice", R"({"pr_coverage": 90, "pr_coverage": 10})", "twice (pr_coverage)"},
      {"cut", R"({"pr_coverage": 6)", ""},
      {"NaN", R"({"pr_coverage": NaN})", ""},
      {"an array", "[]", "no JSON object"},
      {"a number", "61.3", "no JSON object"},
      {"two documents", R"({"pr_coverage": 1} {"pr_coverage": 2})", ""},
      {"no number of its own", R"({"base_coverage": 5})", "pr_coverage"},
      {"null for its own", R"({"pr_coverage": null})", "pr_coverage"},
      {"a string", R"({"pr_coverage": "61.3"})", "pr_coverage"},
      {"true", R"({"pr_coverage": true})", "pr_coverage"},
      {"huge", R"({"pr_coverage": 1e308})", "pr_coverage is not in 0..100"},
      {"over 100", R"({"pr_coverage": 100.1})", "pr_coverage is not in"},
      {"negative", R"({"pr_coverage": -0.1})", "pr_coverage is not in"},
      {"a base that is a string", R"({"pr_coverage": 5, "base_coverage": "6"})", "base_coverage"},
      {"a base over 100", R"({"pr_coverage": 5, "base_coverage": 101})", "base_coverage"},
      {"a threshold below 0", R"({"pr_coverage": 5, "threshold": -1})", "threshold"},
      {"an impossible difference", R"({"pr_coverage": 5, "delta": 1e9})", "delta"},
      {"deep", R"({"pr_coverage": )" + std::string(5000, '[') + std::string(5000, ']') + "}", ""},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto summary = ParseSummary(row.text);
    ASSERT_FALSE(summary);
    EXPECT_EQ(summary.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(summary.error().message, HasSubstr(row.told));
  }
}

}  // namespace
}  // namespace prow_coverage::results
