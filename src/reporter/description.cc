#include "description.h"

#include <algorithm>
#include <cctype>

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

// U+0080..9F (controls), U+200B..F, U+2028..E, U+2060..F (invisible, or turn the direction).
bool IsInvisible(std::string_view character) {
  if (character.size() == 2) return character[0] == '\xC2' && character[1] < '\xA0';
  if (character.size() != 3 || character[0] != '\xE2') return false;
  const auto last = static_cast<unsigned char>(character[2]);
  if (character[1] == '\x80')
    return (last >= 0x8B && last <= 0x8F) || (last >= 0xA8 && last <= 0xAE);
  return character[1] == '\x81' && last >= 0xA0 && last <= 0xAF;
}

bool IsPlain(std::string_view character) {
  if (character.size() > 1) return !IsInvisible(character);
  const auto c = static_cast<unsigned char>(character[0]);
  return c > ' ' && c != 0x7F && kMarkdown.find(character[0]) == std::string_view::npos;
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
