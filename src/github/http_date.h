#pragma once

#include <chrono>
#include <optional>
#include <string_view>

namespace prow_coverage::github {

// An HTTP-date in any of the three forms of RFC 9110 5.6.7, whatever the locale. Whole seconds of
// the epoch, not WallTime: its nanoseconds end in the year 2262, and a header may say anything.
[[nodiscard]] std::optional<std::chrono::sys_seconds> ParseHttpDate(std::string_view text);

// RFC 3339 in UTC with whole seconds, as GitHub's JSON has it: 2026-08-19T10:00:00Z.
[[nodiscard]] std::optional<std::chrono::sys_seconds> ParseRfc3339(std::string_view text);

}  // namespace prow_coverage::github
