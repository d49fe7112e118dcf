#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"

namespace prow_coverage::prow {

// Go's text for a duration, as the ProwJob CRD's string fields carry it: "2h0m0s", "1m30s", "15s".
// Below a second Go itself would write "500ms"; it reads our "0.5s" alike.
// Precondition: not negative.
[[nodiscard]] std::string FormatGoDuration(std::chrono::nanoseconds duration);

// What Go's time.ParseDuration reads, but no sign: "2h", "1h30m", "1.5s", "0".
// Errors: kInvalidArgument for anything else, or for over 292 years.
[[nodiscard]] Result<std::chrono::nanoseconds> ParseGoDuration(std::string_view text);

}  // namespace prow_coverage::prow
