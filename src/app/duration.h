#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"

namespace prow_coverage::app {

// Reads a duration as Go's flags write it: "180s", "2m", "1h30m", "1.5s", "500ms"; "0" alone needs
// no unit. Errors: kInvalidArgument for anything else, and for a negative one.
[[nodiscard]] Result<std::chrono::milliseconds> ParseDuration(std::string_view text);

}  // namespace prow_coverage::app
