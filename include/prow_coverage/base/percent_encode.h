#pragma once

#include <string>
#include <string_view>

namespace prow_coverage {

// Escapes everything but unreserved characters (RFC 3986), so that any text fits one path segment
// or query value.
[[nodiscard]] std::string PercentEncode(std::string_view text);

}  // namespace prow_coverage
