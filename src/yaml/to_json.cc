#include <algorithm>
#include <charconv>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include <nlohmann/json.hpp>

#include "prow_coverage/yaml/node.h"

namespace prow_coverage::yaml {
namespace {

using nlohmann::ordered_json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

// The words and number forms of the goyaml.v2 fork behind sigs.k8s.io/yaml (resolve.go): YAML 1.1
// without sexagesimal numbers and with dates left as strings.
constexpr std::string_view kTrue[] = {"y",    "Y",    "yes", "Yes", "YES", "true",
                                      "True", "TRUE", "on",  "On",  "ON"};
constexpr std::string_view kFalse[] = {"n",     "N",     "no",  "No",  "NO", "false",
                                       "False", "FALSE", "off", "Off", "OFF"};
constexpr std::string_view kNull[] = {"", "~", "null", "Null", "NULL"};

struct SpecialFloat {
  std::string_view text;
  double value;
};
constexpr SpecialFloat kSpecialFloats[] = {
    {".nan", kNaN},       {".NaN", kNaN},        {".NAN", kNaN},        {".inf", kInfinity},
    {".Inf", kInfinity},  {".INF", kInfinity},   {"+.inf", kInfinity},  {"+.Inf", kInfinity},
    {"+.INF", kInfinity}, {"-.inf", -kInfinity}, {"-.Inf", -kInfinity}, {"-.INF", -kInfinity},
};

bool Contains(std::span<const std::string_view> words, std::string_view text) {
  return std::find(words.begin(), words.end(), text) != words.end();
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Takes 0x, 0o, 0b or a leading 0 off the front.
int TakeBase(std::string_view& digits) {
  if (digits.size() < 2 || digits[0] != '0') return 10;
  const char letter = static_cast<char>(digits[1] | 0x20);
  const int base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 0;
  digits.remove_prefix(base == 0 ? 1 : 2);
  return base == 0 ? 8 : base;
}

std::optional<ordered_json> Integer(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const int base = TakeBase(text);
  std::uint64_t value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, fault] = std::from_chars(text.data(), end, value, base);
  if (fault != std::errc() || at != end) return std::nullopt;
  if (!negative) return value;
  if (value > std::uint64_t{1} << 63) return std::nullopt;
  return static_cast<std::int64_t>(0 - value);
}

std::optional<ordered_json> Float(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  // from_chars would take a second sign, and words.
  if (text.empty() || !(IsDigit(text.front()) || text.front() == '.')) return std::nullopt;
  double value = 0;
  const auto* end = text.data() + text.size();
  const auto [at, fault] = std::from_chars(text.data(), end, value);
  if (fault != std::errc() || at != end) return std::nullopt;
  return negative ? -value : value;
}

std::optional<ordered_json> Number(const std::string& text) {
  for (const auto& special : kSpecialFloats) {
    if (text == special.text) return special.value;
  }
  std::string digits = text;
  std::erase(digits, '_');
  if (auto integer = Integer(digits)) return integer;
  return Float(digits);
}

bool MayBeNumber(std::string_view text) {
  return IsDigit(text[0]) || text[0] == '.' || text[0] == '-' || text[0] == '+';
}

ordered_json Plain(const std::string& text) {
  if (Contains(kNull, text)) return nullptr;
  if (Contains(kTrue, text)) return true;
  if (Contains(kFalse, text)) return false;
  if (MayBeNumber(text)) {
    if (auto number = Number(text)) return std::move(*number);
  }
  return text;
}

ordered_json Sequence(const Node& node) {
  ordered_json array = ordered_json::array();
  for (const Node& item : node.items) array.push_back(ToJson(item));
  return array;
}

// Without ordered_json's operator[], which looks through all the keys for each.
ordered_json Mapping(const Node& node) {
  ordered_json::object_t object;
  object.reserve(node.members.size());
  for (const auto& [key, value] : node.members) {
    object.Container::emplace_back(key, ToJson(value));
  }
  return object;
}

}  // namespace

ordered_json ToJson(const Node& node) {
  switch (node.kind) {
    case Node::Kind::kNull:
      return nullptr;
    case Node::Kind::kScalar:
      return node.quoted ? ordered_json(node.scalar) : Plain(node.scalar);
    case Node::Kind::kSequence:
      return Sequence(node);
    case Node::Kind::kMapping:
      return Mapping(node);
  }
  return nullptr;
}

}  // namespace prow_coverage::yaml
