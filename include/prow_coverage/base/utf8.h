#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace prow_coverage {

// Length in bytes of the UTF-8 character (RFC 3629: no overlong form, no surrogate, nothing beyond
// U+10FFFF) that `text` begins with; 0 when it begins with none.
[[nodiscard]] std::size_t Utf8CharacterLength(std::string_view text);

struct CodePoint {
  char32_t value = 0;    // U+FFFD when the bytes are not valid UTF-8
  std::size_t size = 1;  // in bytes; 1 when they are not valid, so that the next is looked at alone
  bool valid = true;
};

// The code point at the front of `text`, which is not empty.
[[nodiscard]] CodePoint FrontCodePoint(std::string_view text);

[[nodiscard]] bool IsValidUtf8(std::string_view text);

// `text` with U+FFFD in place of every byte that belongs to no character. JSON, Kubernetes and
// Prometheus refuse a whole document over one such byte.
[[nodiscard]] std::string ToValidUtf8(std::string_view text);

// The longest beginning of at most `limit` bytes that cuts no character in two.
[[nodiscard]] std::string_view ClipUtf8(std::string_view text, std::size_t limit);

}  // namespace prow_coverage
