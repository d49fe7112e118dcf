#pragma once

#include <string>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/pr_pod/observation.h"

namespace prow_coverage::pr_pod {

// How a phase ended. What decides is the container's exit code; `ok` and the texts are what the
// container says of itself.
struct PhaseResult {
  enum class State { kNotReached, kRunning, kPassed, kFailed };

  std::string phase;
  State state = State::kNotReached;
  std::string summary;  // one line for a terminal
  std::string details;  // a JSON object, "{}" for none

  bool operator==(const PhaseResult&) const = default;
};

// Reads a termination message: {"phase", "ok", "summary", "details"}, at most 4 KiB.
// Errors: kInvalidArgument.
[[nodiscard]] Result<PhaseResult> ParsePhaseResult(const std::string& message);

// One row for each phase that the pod has, in order. A container that left no valid message is
// judged by its exit code and reason (OOMKilled, Error) alone.
[[nodiscard]] std::vector<PhaseResult> PhaseResults(const PodState& pod);

[[nodiscard]] std::string_view ToString(PhaseResult::State state);

}  // namespace prow_coverage::pr_pod
