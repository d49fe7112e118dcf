#pragma once

#include <algorithm>
#include <cstddef>
#include <string_view>

namespace prow_coverage::webhook {

// What a short text from outside may be before it goes into logs, metrics, labels and answers.
inline constexpr std::size_t kMaxPlainText = 256;

// At most kMaxPlainText visible ASCII characters: no space, no control character, no broken UTF-8.
inline bool IsPlainText(std::string_view text) {
  const auto visible = [](char c) { return c > ' ' && c < '\x7F'; };
  return text.size() <= kMaxPlainText && std::all_of(text.begin(), text.end(), visible);
}

}  // namespace prow_coverage::webhook
