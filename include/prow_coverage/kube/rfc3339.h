#pragma once

#include <optional>
#include <string_view>

#include "prow_coverage/base/clock.h"

namespace prow_coverage::kube {

// "2026-08-19T10:00:00Z", also with a fraction (dropped) or a numeric offset. Nothing for any other
// text.
[[nodiscard]] std::optional<WallTime> ParseRfc3339(std::string_view text);

}  // namespace prow_coverage::kube
