#pragma once

#include <optional>
#include <string_view>

namespace prow_coverage::config {

// The value of a Kubernetes quantity ("500m", "4Gi", "1e3"); nullopt when the text is none. A
// double is exact enough to compare a request with its limit.
[[nodiscard]] std::optional<double> ParseQuantity(std::string_view text);

}  // namespace prow_coverage::config
