#pragma once

#include <span>
#include <string>
#include <string_view>

namespace prow_coverage {

// The candidate that `name` is most likely a misspelling of (edit distance, letter case ignored),
// or
// "" when none is close: more than a third of the letters differ. Lives as long as `candidates`.
[[nodiscard]] std::string_view Nearest(std::string_view name,
                                       std::span<const std::string> candidates);

}  // namespace prow_coverage
