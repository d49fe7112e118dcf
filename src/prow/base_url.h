#pragma once

#include <string_view>

namespace prow_coverage::prow {

// A base URL without the slashes at its end.
[[nodiscard]] inline std::string_view WithoutTrailingSlash(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  return url;
}

}  // namespace prow_coverage::prow
