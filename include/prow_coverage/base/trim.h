#pragma once

#include <string_view>

namespace prow_coverage {

// Without white space at its ends. What counts as white space is the format's affair: HTTP's fields
// know blanks only, Go's strings.TrimSpace takes kGoSpace.
inline constexpr std::string_view kGoSpace = " \t\r\n\v\f";

[[nodiscard]] constexpr std::string_view Trim(std::string_view text,
                                              std::string_view white_space = " \t\r\n") {
  const auto first = text.find_first_not_of(white_space);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(white_space) - first + 1);
}

}  // namespace prow_coverage
