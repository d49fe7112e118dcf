#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace prow_coverage::pr_pod {

// Text from elsewhere for a terminal: control characters, which could drive it, become spaces; cut
// to `limit` bytes on a character boundary.
[[nodiscard]] std::string Printable(std::string_view text, std::size_t limit = 1000);

}  // namespace prow_coverage::pr_pod
