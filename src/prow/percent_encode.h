#pragma once

#include <string>
#include <string_view>

namespace prow_coverage::prow {

// Everything but RFC 3986's unreserved characters becomes %XX, so that the text stays one path
// element or one query value.
[[nodiscard]] std::string PercentEncode(std::string_view text);

// A base URL without the slashes at its end.
[[nodiscard]] std::string_view WithoutTrailingSlash(std::string_view url);

}  // namespace prow_coverage::prow
