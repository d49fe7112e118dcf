#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/json/document.h"

namespace prow_coverage::handler {

// What a ProwJob that has our name already tells about itself.
struct ExistingJob {
  enum class Phase { kRunning, kEnded, kAborted };

  Phase phase = Phase::kRunning;
  std::string state;
  std::string resource_version;
  std::optional<WallTime> start_time;
};

// A `status.state` that is missing or unknown counts as running: Prow fills it in.
[[nodiscard]] ExistingJob::Phase PhaseOf(std::string_view state);

[[nodiscard]] ExistingJob ReadExistingJob(const json::Value& job);

// The same of a text. Errors: kInvalidArgument for what is no JSON object.
[[nodiscard]] Result<ExistingJob> ParseExistingJob(std::string_view object);

}  // namespace prow_coverage::handler
