#include "prow_coverage/results/judgement.h"

#include <gtest/gtest.h>

namespace prow_coverage::results {
namespace {

const std::optional<Threshold> kNone;

TEST(Judgement, SpeaksAsTheGoPluginDoes) {
  struct Row {
    const char* name;
    Summary summary;
    std::optional<Threshold> threshold;
    bool job_succeeded;
    Outcome outcome;
    const char* text;
  };
  const Threshold seventy{70, "70"};
  const Row rows[] = {
      {"above", {71, 70.5, {}}, seventy, true, Outcome::kPassed, "71.0% (+0.5%) | threshold: 70%"},
      {"exactly at it",
       {70, 71, {}},
       seventy,
       true,
       Outcome::kPassed,
       "70.0% (-1.0%) | threshold: 70%"},
      {"unchanged", {80, 80, {}}, seventy, true, Outcome::kPassed, "80.0% (0.0%) | threshold: 70%"},
      {"a tiny rise",
       {80.04, 80, {}},
       seventy,
       true,
       Outcome::kPassed,
       "80.0% (0.0%) | threshold: 70%"},
      {"a tiny fall",
       {79.96, 80, {}},
       seventy,
       true,
       Outcome::kPassed,
       "80.0% (0.0%) | threshold: 70%"},
      {"below",
       {69.9, 72.4, {}},
       seventy,
       true,
       Outcome::kBelowThreshold,
       "69.9% (-2.5%) -- below threshold 70%"},
      {"a little below",
       {69.96, 69.96, {}},
       seventy,
       true,
       Outcome::kBelowThreshold,
       "69.9% (0.0%) -- below threshold 70%"},
      {"below, and the job says so",
       {69.9, 72.4, {}},
       seventy,
       false,
       Outcome::kBelowThreshold,
       "69.9% (-2.5%) -- below threshold 70%"},
      {"tests failed",
       {75, 72, {}},
       seventy,
       false,
       Outcome::kTestsFailed,
       "75.0% (+3.0%) -- tests failed"},
      {"tests failed without a threshold",
       {75, 72, {}},
       kNone,
       false,
       Outcome::kTestsFailed,
       "75.0% (+3.0%) -- tests failed"},
      {"no baseline",
       {75, {}, {}},
       seventy,
       true,
       Outcome::kPassed,
       "75.0% (no baseline) | threshold: 70%"},
      {"no threshold", {5, 4, {}}, kNone, true, Outcome::kPassed, "5.0% (+1.0%)"},
      {"a threshold of 0 is one",
       {0, 0, {}},
       Threshold{0, "0"},
       true,
       Outcome::kPassed,
       "0.0% (0.0%) | threshold: 0%"},
      {"as configured",
       {80, 80, {}},
       Threshold{72.5, "72.50"},
       true,
       Outcome::kPassed,
       "80.0% (0.0%) | threshold: 72.50%"},
      {"the file's own threshold does not count",
       {5, 5, 1},
       seventy,
       true,
       Outcome::kBelowThreshold,
       "5.0% (0.0%) -- below threshold 70%"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto judgement = Judge(row.summary, row.threshold, row.job_succeeded);
    EXPECT_EQ(judgement.outcome, row.outcome);
    EXPECT_EQ(judgement.text, row.text);
  }
}

TEST(Judgement, TheJobsOwnThresholdIsWrittenAsBriefAsItIs) {
  EXPECT_EQ(OwnThreshold({1, {}, {}}), std::nullopt);
  EXPECT_EQ(OwnThreshold({1, {}, 70}), (Threshold{70, "70"}));
  EXPECT_EQ(OwnThreshold({1, {}, 72.5}), (Threshold{72.5, "72.5"}));
}

}  // namespace
}  // namespace prow_coverage::results
