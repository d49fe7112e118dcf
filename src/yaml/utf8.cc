#include "utf8.h"

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::yaml {

CodePoint FrontCodePoint(std::string_view text) {
  const std::size_t size = Utf8CharacterLength(text);
  if (size == 0) return {0xFFFD, 1, false};
  const auto lead = static_cast<unsigned char>(text.front());
  char32_t value = size == 1 ? lead : lead & (0xFFU >> (size + 1));
  for (std::size_t i = 1; i < size; ++i) {
    value = (value << 6) | (static_cast<unsigned char>(text[i]) & 0x3FU);
  }
  return {value, size, true};
}

}  // namespace prow_coverage::yaml
