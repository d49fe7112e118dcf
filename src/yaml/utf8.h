#pragma once

#include <cstddef>
#include <string_view>

namespace prow_coverage::yaml {

struct CodePoint {
  char32_t value = 0;    // U+FFFD when the bytes are not valid UTF-8
  std::size_t size = 1;  // in bytes; 1 when they are not valid, so that the next is looked at alone
  bool valid = true;
};

// The code point at the front of `text`, which is not empty.
[[nodiscard]] CodePoint FrontCodePoint(std::string_view text);

}  // namespace prow_coverage::yaml
