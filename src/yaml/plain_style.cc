#include "plain_style.h"

#include <algorithm>
#include <string>

#include "prow_coverage/base/utf8.h"

namespace prow_coverage::yaml {
namespace {

constexpr std::string_view kWords[] = {"y",    "n",    "yes",   "no",   "on", "off",
                                       "~",    "true", "false", "null", "<<", "=",
                                       ".nan", ".inf", "+.inf", "-.inf"};

// Cannot begin a plain scalar, or only before certain characters.
constexpr std::string_view kIndicators = "-?:,[]{}#&*!|>'\"%@` ";

// What numbers of any base, sexagesimal ones, dates and times are made of.
constexpr std::string_view kNumberCharacters = "0123456789abcdefABCDEF_.:+-xXoOtTzZ ";

bool IsWord(std::string_view text) {
  if (text.size() > 5) return false;
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c | 0x20);
  }
  return std::find(std::begin(kWords), std::end(kWords), lower) != std::end(kWords);
}

bool LooksLikeNumber(std::string_view text) {
  constexpr std::string_view kFirst = "0123456789+.";
  return kFirst.find(text.front()) != std::string_view::npos &&
         text.find_first_not_of(kNumberCharacters) == std::string_view::npos;
}

bool HasStructure(std::string_view text) {
  return text.find(": ") != std::string_view::npos || text.find(" #") != std::string_view::npos ||
         text.ends_with(':') || text.ends_with(' ') || text.starts_with("...");
}

bool HasEscapes(std::string_view text) {
  while (!text.empty()) {
    const CodePoint front = FrontCodePoint(text);
    if (!front.valid || NeedsEscape(front.value)) return true;
    text.remove_prefix(front.size);
  }
  return false;
}

bool IsSafeLine(std::string_view line) {
  constexpr std::string_view kWhite = " \t";
  if (line.empty()) return true;
  return line.front() != '\t' && kWhite.find(line.back()) == std::string_view::npos &&
         !HasEscapes(line);
}

}  // namespace

bool IsSafePlain(std::string_view text) {
  if (text.empty() || kIndicators.find(text.front()) != std::string_view::npos) return false;
  return !IsWord(text) && !LooksLikeNumber(text) && !HasStructure(text) && !HasEscapes(text);
}

bool IsSafeLiteral(std::string_view text) {
  if (text.find('\n') == std::string_view::npos) return false;
  if (text.front() == ' ' || text.front() == '\n') return false;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    if (!IsSafeLine(text.substr(0, end))) return false;
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return true;
}

bool NeedsEscape(char32_t value) {
  const bool control = value < 0x20 || (value >= 0x7F && value < 0xA0);
  const bool line_break = value == 0x2028 || value == 0x2029;
  const bool invisible = value == 0xA0 || value == 0xFEFF;
  const bool no_character = (value & 0xFFFE) == 0xFFFE;
  return control || line_break || invisible || no_character;
}

}  // namespace prow_coverage::yaml
