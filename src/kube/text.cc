#include "text.h"

#include <algorithm>

#include "prow_coverage/base/trim.h"
#include "prow_coverage/base/utf8.h"

namespace prow_coverage::kube {
namespace {

bool IsControl(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7F;
}

bool ContinuesCharacter(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

std::string WithoutControls(std::string_view text) {
  std::string line = ToValidUtf8(text);
  std::replace_if(line.begin(), line.end(), IsControl, ' ');
  return line;
}

}  // namespace

bool HasControlCharacter(std::string_view text) {
  return std::any_of(text.begin(), text.end(), IsControl);
}

std::string OneLine(std::string_view text, std::size_t limit) {
  text = Trim(text);
  if (text.size() <= limit) return WithoutControls(text);
  return WithoutControls(ClipUtf8(text, limit)) + "…";
}

std::string LastWords(std::string_view text, std::size_t limit) {
  text = Trim(text);
  if (text.size() <= limit) return WithoutControls(text);
  std::size_t begin = text.size() - limit;
  while (begin < text.size() && ContinuesCharacter(text[begin])) ++begin;
  return "…" + WithoutControls(text.substr(begin));
}

}  // namespace prow_coverage::kube
