#include "prow_coverage/base/utf8.h"

namespace prow_coverage {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

// RFC 3629, section 4: what the second byte may be depends on the first.
struct Lead {
  unsigned char first, last;
  std::size_t length;
  unsigned char second_min, second_max;
};

constexpr Lead kLeads[] = {
    {0x00, 0x7F, 1, 0, 0},       {0xC2, 0xDF, 2, 0x80, 0xBF}, {0xE0, 0xE0, 3, 0xA0, 0xBF},
    {0xE1, 0xEC, 3, 0x80, 0xBF}, {0xED, 0xED, 3, 0x80, 0x9F}, {0xEE, 0xEF, 3, 0x80, 0xBF},
    {0xF0, 0xF0, 4, 0x90, 0xBF}, {0xF1, 0xF3, 4, 0x80, 0xBF}, {0xF4, 0xF4, 4, 0x80, 0x8F},
};

bool IsContinuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

bool Continues(const Lead& lead, std::string_view text) {
  if (text.size() < lead.length) return false;
  if (lead.length == 1) return true;
  const auto second = static_cast<unsigned char>(text[1]);
  if (second < lead.second_min || second > lead.second_max) return false;
  for (std::size_t i = 2; i < lead.length; ++i) {
    if (!IsContinuation(text[i])) return false;
  }
  return true;
}

}  // namespace

std::size_t Utf8CharacterLength(std::string_view text) {
  if (text.empty()) return 0;
  const auto first = static_cast<unsigned char>(text[0]);
  for (const Lead& lead : kLeads) {
    if (first < lead.first || first > lead.last) continue;
    return Continues(lead, text) ? lead.length : 0;
  }
  return 0;
}

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

bool IsValidUtf8(std::string_view text) {
  while (!text.empty()) {
    const std::size_t length = Utf8CharacterLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string ToValidUtf8(std::string_view text) {
  std::string valid;
  valid.reserve(text.size());
  while (!text.empty()) {
    const std::size_t length = Utf8CharacterLength(text);
    valid += length == 0 ? kReplacement : text.substr(0, length);
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return valid;
}

std::string_view ClipUtf8(std::string_view text, std::size_t limit) {
  if (text.size() <= limit) return text;
  std::size_t end = limit;
  // At most three bytes follow a lead byte; more of them are no character, and are cut anywhere.
  while (end > 0 && limit - end < 3 && IsContinuation(text[end])) --end;
  if (IsContinuation(text[end])) end = limit;
  return text.substr(0, end);
}

}  // namespace prow_coverage
