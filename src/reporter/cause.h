#pragma once

#include <string>
#include <string_view>

namespace prow_coverage::reporter {

// What went wrong with a job that never came to run its tests to the end, from plank's description
// of it; the cleaned description itself when it is none that we know.
[[nodiscard]] std::string CauseOf(std::string_view description);

// True for a job that plank, not a person, has aborted because it did not end (contracts: a new
// push and a person leave another description).
[[nodiscard]] bool RanTooLong(std::string_view description);

}  // namespace prow_coverage::reporter
