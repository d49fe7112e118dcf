#include "json_text.h"

#include <utility>

namespace prow_coverage::sandbox {

std::string Quote(std::string_view text) {
  constexpr char kHex[] = "0123456789abcdef";
  std::string quoted = "\"";
  quoted.reserve(text.size() + 2);
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += {'\\', c};
    } else if (static_cast<unsigned char>(c) < 0x20) {
      quoted += "\\u00";
      quoted += {kHex[c >> 4], kHex[c & 15]};
    } else {
      quoted += c;
    }
  }
  return quoted += '"';
}

ObjectText& ObjectText::String(std::string_view key, std::string_view value) {
  return Raw(key, Quote(value));
}

ObjectText& ObjectText::Number(std::string_view key, std::int64_t value) {
  return Raw(key, std::to_string(value));
}

ObjectText& ObjectText::Bool(std::string_view key, bool value) {
  return Raw(key, value ? "true" : "false");
}

ObjectText& ObjectText::Null(std::string_view key) { return Raw(key, "null"); }

ObjectText& ObjectText::Raw(std::string_view key, std::string_view json) {
  if (text_.size() > 1) text_ += ',';
  text_ += '"';
  text_.append(key).append("\":").append(json);
  return *this;
}

std::string ObjectText::Take() {
  text_ += '}';
  return std::exchange(text_, "{");
}

}  // namespace prow_coverage::sandbox
