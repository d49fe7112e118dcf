#pragma once

#include <chrono>
#include <optional>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/http/client.h"

namespace prow_coverage::github {

// What the answer's Retry-After (seconds or an HTTP-date) asks for, at most an hour; nothing
// without one that can be read.
[[nodiscard]] std::optional<std::chrono::milliseconds> RetryAfter(const http::Response& response,
                                                                  WallTime now);

// How long the answer asks everybody to stay away from its host; nothing when it is no rate limit.
// Between a second and an hour: GitHub's windows are an hour long, so that a longer wait is a
// broken header or a wrong clock, and asking after an hour costs one call.
[[nodiscard]] std::optional<std::chrono::milliseconds> RateLimitWait(const http::Response& response,
                                                                     WallTime now);

}  // namespace prow_coverage::github
