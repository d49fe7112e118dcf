#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/server/server.h"

namespace prow_coverage::sandbox {

inline constexpr auto kForever = std::chrono::hours(24 * 365);

// Answers that no healthy server gives. A `clock` must outlive the connection.

// Never becomes whole: the server cuts the connection.
[[nodiscard]] server::Reply CutReply();

[[nodiscard]] server::Reply RedirectReply(const std::string& location);

// White space, of a length that is not told beforehand.
[[nodiscard]] server::Reply HugeReply(std::size_t bytes);

// `reply`, but its body a byte each `interval`.
[[nodiscard]] server::Reply DripReply(server::Reply reply, Clock& clock,
                                      std::chrono::milliseconds interval);

// 200, and no end.
[[nodiscard]] server::Reply SilentReply(Clock& clock);

// What a watch gets whose resourceVersion is too old.
[[nodiscard]] server::Reply ExpiredReply();

}  // namespace prow_coverage::sandbox
