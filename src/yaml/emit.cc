#include <algorithm>
#include <cmath>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/utf8.h"
#include "prow_coverage/yaml/node.h"

#include "plain_style.h"

namespace prow_coverage::yaml {
namespace {

using nlohmann::ordered_json;

// YAML readers look for the ':' of a `key: value` within 1,024 characters.
constexpr std::size_t kMaxSimpleKey = 1000;

void AppendEscape(std::string& out, char32_t value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  const int digits = value < 0x100 ? 2 : value < 0x10000 ? 4 : 8;
  out += '\\';
  out += digits == 2 ? 'x' : digits == 4 ? 'u' : 'U';
  for (int shift = 4 * (digits - 1); shift >= 0; shift -= 4) out += kHex[(value >> shift) & 0xF];
}

void AppendQuoted(std::string& out, std::string_view text) {
  out += '"';
  for (; !text.empty(); text.remove_prefix(FrontCodePoint(text).size)) {
    const CodePoint front = FrontCodePoint(text);
    if (front.value == '\n') {
      out += "\\n";
    } else if (front.value == '\t') {
      out += "\\t";
    } else if (front.value == '"' || front.value == '\\') {
      out += '\\';
      out += text.front();
    } else if (!front.valid) {
      out += "\xEF\xBF\xBD";
    } else if (NeedsEscape(front.value)) {
      AppendEscape(out, front.value);
    } else {
      out.append(text, 0, front.size);
    }
  }
  out += '"';
}

std::string OneLine(std::string_view text) {
  if (IsSafePlain(text)) return std::string(text);
  std::string quoted;
  AppendQuoted(quoted, text);
  return quoted;
}

// Every reader takes it for a float: YAML 1.1 wants a point before an exponent.
std::string FloatText(double value) {
  if (std::isnan(value)) return ".nan";
  if (std::isinf(value)) return value > 0 ? ".inf" : "-.inf";
  std::string text = ordered_json(value).dump();
  const auto exponent = text.find('e');
  if (exponent != std::string::npos && text.find('.') == std::string::npos) {
    text.insert(exponent, ".0");
  }
  return text;
}

bool IsBlock(const ordered_json& value) { return value.is_structured() && !value.empty(); }

class Emitter {
 public:
  // A block goes on lines of its own from column `indent` on; the first of them continues the
  // current line when the caller stands at that column already.
  void Block(const ordered_json& value, std::size_t indent) {
    if (value.is_array()) {
      Sequence(value, indent);
    } else {
      Mapping(value, indent);
    }
  }

  // Anything but a block, up to its line's end. A literal's lines are indented by `indent`.
  void Scalar(const ordered_json& value, std::size_t indent) {
    if (value.is_string() && IsSafeLiteral(value.get_ref<const std::string&>())) {
      Literal(value.get_ref<const std::string&>(), indent);
    } else {
      out_ += ScalarText(value);
      out_ += '\n';
    }
  }

  std::string Take() { return std::move(out_); }

 private:
  static std::string ScalarText(const ordered_json& value) {
    if (value.is_string()) return OneLine(value.get_ref<const std::string&>());
    if (value.is_number_float()) return FloatText(value.get<double>());
    if (value.is_object()) return "{}";
    if (value.is_array()) return "[]";
    if (value.is_boolean() || value.is_number()) return value.dump();
    return "null";
  }

  void Indent(std::size_t indent) { out_.append(indent, ' '); }

  void Literal(std::string_view text, std::size_t indent) {
    out_ += text.ends_with("\n\n") ? "|+" : text.ends_with('\n') ? "|" : "|-";
    out_ += '\n';
    while (!text.empty()) {
      const auto line = text.substr(0, text.find('\n'));
      if (!line.empty()) Indent(indent);
      out_ += line;
      out_ += '\n';
      text.remove_prefix(std::min(line.size() + 1, text.size()));
    }
  }

  void Sequence(const ordered_json& array, std::size_t indent) {
    bool first = true;
    for (const auto& item : array) {
      if (!first) Indent(indent);
      first = false;
      out_ += "- ";
      if (IsBlock(item)) {
        Block(item, indent + 2);
      } else {
        Scalar(item, indent + 2);
      }
    }
  }

  void Mapping(const ordered_json& object, std::size_t indent) {
    bool first = true;
    for (const auto& [key, value] : object.items()) {
      if (!first) Indent(indent);
      first = false;
      Key(key, indent);
      Value(value, indent);
    }
  }

  void Key(std::string_view key, std::size_t indent) {
    const std::string text = OneLine(key);
    if (text.size() <= kMaxSimpleKey) {
      out_ += text + ':';
      return;
    }
    out_ += "? " + text + '\n';
    Indent(indent);
    out_ += ':';
  }

  // A list stands at its key's own column, as kubectl prints it.
  void Value(const ordered_json& value, std::size_t indent) {
    if (!IsBlock(value)) {
      out_ += ' ';
      Scalar(value, indent + 2);
      return;
    }
    const std::size_t column = value.is_array() ? indent : indent + 2;
    out_ += '\n';
    Indent(column);
    Block(value, column);
  }

  std::string out_;
};

}  // namespace

std::string Emit(const ordered_json& value) {
  Emitter emitter;
  if (IsBlock(value)) {
    emitter.Block(value, 0);
  } else {
    emitter.Scalar(value, 2);
  }
  return emitter.Take();
}

}  // namespace prow_coverage::yaml
