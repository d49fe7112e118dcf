#pragma once

#include <optional>
#include <string>

#include "prow_coverage/results/summary.h"

namespace prow_coverage::results {

// A coverage that a repository wants to keep. None is not a threshold of 0.
struct Threshold {
  double percent = 0;
  std::string text;  // as it was configured: "70", "72.5"

  bool operator==(const Threshold&) const = default;
};

enum class Outcome { kPassed, kBelowThreshold, kTestsFailed };

struct Judgement {
  Outcome outcome = Outcome::kPassed;
  // In the words of the Go plugin: "61.3% (+0.4%) | threshold: 60%",
  // "59.0% (-2.3%) -- below threshold 60%", "59.0% (-2.3%) -- tests failed". Without a baseline
  // "(no baseline)" stands for the difference; without a threshold its clause is left out.
  std::string text;

  bool operator==(const Judgement&) const = default;
};

// The judgement comes from the numbers, never from the file's own difference or the job's end
// alone. A job that failed although its coverage suffices has failed for its tests. Pure.
[[nodiscard]] Judgement Judge(const Summary& summary, const std::optional<Threshold>& threshold,
                              bool job_succeeded);

// A threshold that only the job itself has named.
[[nodiscard]] std::optional<Threshold> OwnThreshold(const Summary& summary);

}  // namespace prow_coverage::results
