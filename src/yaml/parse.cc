#include <algorithm>
#include <sstream>

#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include "prow_coverage/base/utf8.h"
#include "prow_coverage/yaml/node.h"

#include "node_builder.h"

namespace prow_coverage::yaml {
namespace {

constexpr std::size_t kMaxBytes = std::size_t{16} << 20;
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";
constexpr std::size_t kMaxQuoted = 200;

Error Broken(std::string_view source, std::size_t line, std::string_view what) {
  std::string message(source);
  message += ":" + std::to_string(line) + ": ";
  message += what;
  return {ErrorCode::kInvalidArgument, std::move(message), {}};
}

std::string ControlCharacter(char32_t value) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string name = "the control character U+00";
  name += kHex[value >> 4];
  name += kHex[value & 0xF];
  return name + " is not allowed, write it as an escape in double quotes";
}

// Why `text` cannot be YAML from its front on, "" when it can.
std::string Fault(const CodePoint& front) {
  if (!front.valid) return "the text is not valid UTF-8";
  const bool control = front.value < 0x20 && front.value != '\t' && front.value != '\n';
  return control ? ControlCharacter(front.value) : std::string();
}

// The text with \n for every kind of line break and without a byte order mark. yaml-cpp would guess
// an encoding, take U+0004 for the end of the text, and not count a lone \r as a line.
Result<std::string> Normalize(std::string_view text, std::string_view source) {
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  std::string normal;
  normal.reserve(text.size());
  std::size_t line = 1;
  while (!text.empty()) {
    if (text.starts_with("\r\n")) text.remove_prefix(1);
    CodePoint front = FrontCodePoint(text);
    if (front.value == '\r') front.value = '\n';
    if (auto fault = Fault(front); !fault.empty()) return Broken(source, line, fault);
    if (front.value == '\n') {
      normal += '\n';
      ++line;
    } else {
      normal.append(text, 0, front.size);
    }
    text.remove_prefix(front.size);
  }
  return normal;
}

std::string_view LineOf(std::string_view text, std::size_t line) {
  for (; line > 1; --line) text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

Error Describe(const YAML::Exception& e, std::string_view text, std::string_view source) {
  const std::size_t line = e.mark.is_null() ? 1 : static_cast<std::size_t>(e.mark.line) + 1;
  const std::string_view content = LineOf(text, line);
  const auto indented = content.substr(0, content.find_first_not_of(" \t"));
  std::string what = "no valid YAML: " + e.msg.substr(0, kMaxQuoted);
  if (indented.find('\t') != std::string_view::npos) {
    what += " (the line is indented with a tab, use spaces)";
  }
  return Broken(source, line, what);
}

Result<Node> Build(const std::string& text, std::string_view source) {
  try {
    std::istringstream input(text);
    YAML::Parser parser(input);
    NodeBuilder builder;
    while (parser.HandleNextDocument(builder)) {
    }
    return builder.Take();
  } catch (const Refusal& refusal) {
    return Broken(source, refusal.line, refusal.what);
  } catch (const YAML::Exception& e) {
    return Describe(e, text, source);
  }
}

}  // namespace

const Node* Node::Find(std::string_view key) const {
  const auto found = std::find_if(members.begin(), members.end(),
                                  [&](const auto& member) { return member.key == key; });
  return found == members.end() ? nullptr : &found->value;
}

Result<Node> Parse(std::string_view text, std::string_view source) {
  if (text.size() > kMaxBytes) return Broken(source, 1, "larger than 16 MiB");
  const auto normal = Normalize(text, source);
  if (!normal) return normal.error();
  return Build(*normal, source);
}

}  // namespace prow_coverage::yaml
