#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace prow_coverage::kube {

[[nodiscard]] bool HasControlCharacter(std::string_view text);

// Text from elsewhere made fit for one line of a message: trimmed, control characters and line ends
// replaced by spaces, cut to `limit` bytes on a character boundary, valid UTF-8.
[[nodiscard]] std::string OneLine(std::string_view text, std::size_t limit);

// The same, but the end of the text is kept.
[[nodiscard]] std::string LastWords(std::string_view text, std::size_t limit);

}  // namespace prow_coverage::kube
