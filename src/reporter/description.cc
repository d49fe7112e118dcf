#include "description.h"

#include <algorithm>
#include <cctype>
#include <iterator>

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::reporter {
namespace {

constexpr std::string_view kBaseSha = " BaseSHA:";
constexpr std::size_t kMaxInput = 1024;
constexpr std::string_view kMarkdown = "`*[]<>|#~\\@";
constexpr char kEscape = '\x1b';

// ESC [ … final byte, or ESC and one more.
void SkipEscape(std::string_view& text) {
  text.remove_prefix(1);
  const bool sequence = text.starts_with('[');
  if (!text.empty()) text.remove_prefix(1);
  while (sequence && !text.empty()) {
    const char c = text.front();
    text.remove_prefix(1);
    if (c >= '@' && c <= '~') return;
  }
}

struct CodePoints {
  char32_t first;
  char32_t last;
};

// What is not seen, or turns the direction.
constexpr CodePoints kInvisible[] = {
    {0x00, 0x20},     {0x7F, 0x9F},     {0xAD, 0xAD},     {0x61C, 0x61C},     {0x115F, 0x1160},
    {0x180B, 0x180F}, {0x200B, 0x200F}, {0x2028, 0x202E}, {0x2060, 0x206F},   {0x3164, 0x3164},
    {0xFE00, 0xFE0F}, {0xFEFF, 0xFEFF}, {0xFFF9, 0xFFFB}, {0xE0000, 0xE0FFF},
};

bool IsPlain(std::string_view character) {
  if (character.size() == 1 && kMarkdown.find(character[0]) != std::string_view::npos) return false;
  const char32_t value = FrontCodePoint(character).value;
  return std::none_of(std::begin(kInvisible), std::end(kInvisible), [&](const CodePoints& range) {
    return value >= range.first && value <= range.last;
  });
}

// Everything that is not plain becomes one space between two words.
std::string Words(std::string_view text) {
  std::string words;
  bool space = false;
  while (!text.empty()) {
    if (text.front() == kEscape) {
      SkipEscape(text);
      continue;
    }
    const auto character = text.substr(0, std::max<std::size_t>(Utf8CharacterLength(text), 1));
    text.remove_prefix(character.size());
    if (!IsPlain(character)) {
      space = true;
      continue;
    }
    if (space && !words.empty()) words += ' ';
    space = false;
    words += character;
  }
  return words;
}

// Tide takes the SHA behind "BaseSHA:", and "Basesha:" of old, for the one that was tested.
void BreakMarks(std::string& text) {
  constexpr std::string_view mark = "basesha:";
  const auto same = [](char a, char b) { return std::tolower(static_cast<unsigned char>(a)) == b; };
  auto found = text.begin();
  while ((found = std::search(found, text.end(), mark.begin(), mark.end(), same)) != text.end()) {
    *(found + static_cast<std::ptrdiff_t>(mark.size()) - 1) = ' ';
  }
}

}  // namespace

std::string Cleaned(std::string_view text) {
  std::string cleaned = Words(ToValidUtf8(ClipUtf8(text, kMaxInput)));
  BreakMarks(cleaned);
  return cleaned;
}

std::string FinalDescription(std::string_view text, std::string_view base_sha) {
  std::string suffix;
  if (base_sha.size() == 40) suffix = std::string(kBaseSha) + std::string(base_sha);
  return std::string(ClipUtf8(text, kMaxDescriptionLength - suffix.size())) + suffix;
}

}  // namespace prow_coverage::reporter
