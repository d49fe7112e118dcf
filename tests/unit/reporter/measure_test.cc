// What a job that has ended by itself comes to.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "desk_fixture.h"

namespace prow_coverage::reporter {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class MeasureTest : public DeskTest {};

TEST_F(MeasureTest, ReadsTheSummaryWhereTheJobHasLeftIt) {
  Put("success");
  Work();
  ASSERT_EQ(store_.asked.size(), 1u);
  EXPECT_THAT(store_.asked[0],
              ElementsAre("kubevirt-prow", "pr-logs", "pull", "kubevirt_project-infra", "17",
                          "coverage-auto", "99", "artifacts", "coverage-summary.json"));
}

TEST_F(MeasureTest, JudgesByTheConfiguredThreshold) {
  Configure("coverageThreshold: 72.50");
  Put("success");
  Work();
  EXPECT_THAT(Posted(), ElementsAre("failure 71.0% (+0.5%) -- below threshold 72.50%"));
}

TEST_F(MeasureTest, KnowsNoThresholdWhereNoneIsConfigured) {
  Configure("gate: true");
  Put("success");
  Work();
  EXPECT_THAT(Posted(), ElementsAre("success 71.0% (+0.5%)"));
}

TEST_F(MeasureTest, SaysWhyThereAreNoNumbers) {
  struct Row {
    const char* name;
    Result<std::string> answer;
    const char* text;
  };
  const Row rows[] = {
      {"missing", Error{ErrorCode::kNotFound, "x", {}},
       "success coverage unavailable: there is no coverage-summary.json"},
      {"too large", Error{ErrorCode::kTooLarge, "x", {}},
       "success coverage unavailable: coverage-summary.json is too large"},
      {"another host", Error{ErrorCode::kRejected, "redirects", {}},
       "success coverage unavailable: coverage-summary.json cannot be fetched"},
      {"broken", std::string(R"({"pr_coverage": -1})"),
       "success coverage unavailable: coverage-summary.json: pr_coverage is not in 0..100"},
      {"no JSON", std::string(R"({"pr_coverage")"),
       "success coverage unavailable: coverage-summary.json: not valid JSON"},
      {"twice", std::string(R"({"pr_coverage": 90, "pr_coverage": 10})"),
       "success coverage unavailable: coverage-summary.json: a member is there twice"},
  };
  int attempt = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    github_.posted.clear();
    store_.answer = row.answer;
    ++attempt;
    Put("success", std::to_string(attempt), attempt);
    EXPECT_FALSE(Work().error);
    ASSERT_EQ(Posted().size(), 1u);
    EXPECT_EQ(Posted()[0], row.text);
    EXPECT_TRUE(logger_.Has("without coverage numbers"));
  }
}

TEST_F(MeasureTest, TellsThatTheStoreIsOutOfOrderAndStillTheNumbers) {
  for (const auto code : {ErrorCode::kUnavailable, ErrorCode::kPermissionDenied}) {
    for (const char* state : {"success", "failure"}) {
      SCOPED_TRACE(state);
      heads_ = Heads();
      github_.posted.clear();
      store_.answer = Error{code, "out of order", {}};
      Put(state);
      entry().failures = 1000;  // GitHub's, which do not count
      for (int i = 0; i < 6; ++i) EXPECT_TRUE(Work().again_at);
      EXPECT_THAT(Posted(), IsEmpty());
      for (int i = 0; i < 6; ++i) {
        const auto stepped = Work();
        ASSERT_TRUE(stepped.again_at);
        EXPECT_GT(*stepped.again_at, clock_.Now());
        EXPECT_LE(*stepped.again_at, clock_.Now() + std::chrono::minutes(10));
      }
      const bool failed = state == std::string("failure");
      EXPECT_THAT(Posted(), ElementsAre(::testing::StartsWith(
                                failed ? "failure job failed -- no coverage numbers: the "
                                       : "success coverage unavailable: the ")));
      EXPECT_THAT(Posted()[0], ::testing::EndsWith("; it is asked again"));
      EXPECT_EQ(inbox_.reports.back().phase, "stuck");
      store_.answer = std::string(kGood);
      EXPECT_FALSE(Work().again_at);
      EXPECT_THAT(Posted().back(), HasSubstr("71.0%"));
      EXPECT_EQ(inbox_.reports.back().phase, "ended");
    }
  }
}

TEST_F(MeasureTest, DoesNotAskAStoreForEver) {
  store_.answer = Error{ErrorCode::kUnavailable, "503", {}};
  Put("failure");
  EXPECT_TRUE(Work().again_at);
  clock_.Advance(std::chrono::hours(24));
  EXPECT_FALSE(Work().again_at);
  EXPECT_THAT(
      Posted(),
      ElementsAre("failure job failed -- no coverage numbers: the artifact store does not answer"));
  EXPECT_EQ(inbox_.reports.back().phase, "ended");
}

TEST_F(MeasureTest, MeasuresThoughGitHubSaysThatTheStoreWasOutOfOrder) {
  store_.answer = Error{ErrorCode::kUnavailable, "503", {}};
  Put("failure");
  for (int i = 0; i < 7; ++i) Work();
  ASSERT_EQ(Posted().size(), 1u);
  heads_ = Heads();
  verified_ = false;
  store_.answer = std::string(kGood);
  Put("failure");
  Work();
  EXPECT_THAT(Posted().back(), HasSubstr("tests failed"));
}

}  // namespace
}  // namespace prow_coverage::reporter
