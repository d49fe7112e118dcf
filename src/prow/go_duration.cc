#include "prow_coverage/prow/go_duration.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>

namespace prow_coverage::prow {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};

// Longer names before those that they begin with.
constexpr Unit kUnits[] = {
    {"ns", 1},         {"us", 1000},         {"\u00B5s", 1000},     {"\u03BCs", 1000},
    {"ms", 1'000'000}, {"s", 1'000'000'000}, {"m", 60'000'000'000}, {"h", 3'600'000'000'000},
};

// Takes a decimal number from the front of `text`.
std::optional<long double> TakeNumber(std::string_view& text) {
  const auto length = std::min(text.find_first_not_of("0123456789."), text.size());
  long double number = 0;
  const char* end = text.data() + length;
  const auto parsed = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (parsed.ec != std::errc() || parsed.ptr != end) return std::nullopt;
  text.remove_prefix(length);
  return number;
}

std::optional<std::int64_t> TakeUnit(std::string_view& text) {
  for (const Unit& unit : kUnits) {
    if (!text.starts_with(unit.name)) continue;
    text.remove_prefix(unit.name.size());
    return unit.nanoseconds;
  }
  return std::nullopt;
}

Error NoDuration(std::string_view text) {
  return {ErrorCode::kInvalidArgument,
          "\"" + std::string(text.substr(0, 40)) + "\" is no duration: write it as 2h, 90m or 15s",
          {}};
}

}  // namespace

std::string FormatGoDuration(std::chrono::nanoseconds duration) {
  const auto hours = std::chrono::duration_cast<std::chrono::hours>(duration);
  const auto minutes = std::chrono::duration_cast<std::chrono::minutes>(duration - hours);
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(duration - hours - minutes);
  const auto rest = duration - hours - minutes - seconds;
  std::string text;
  if (hours.count() > 0) text += std::to_string(hours.count()) + "h";
  if (!text.empty() || minutes.count() > 0) text += std::to_string(minutes.count()) + "m";
  text += std::to_string(seconds.count());
  if (rest.count() > 0) {
    std::string fraction = std::to_string(1'000'000'000 + rest.count()).substr(1);
    fraction.erase(fraction.find_last_not_of('0') + 1);
    text += "." + fraction;
  }
  return text + "s";
}

Result<std::chrono::nanoseconds> ParseGoDuration(std::string_view text) {
  if (text == "0") return std::chrono::nanoseconds(0);
  if (text.empty()) return NoDuration(text);
  std::string_view rest = text;
  long double total = 0;
  while (!rest.empty()) {
    const auto number = TakeNumber(rest);
    const auto unit = number ? TakeUnit(rest) : std::nullopt;
    if (!unit) return NoDuration(text);
    total += *number * static_cast<long double>(*unit);
  }
  if (total >= static_cast<long double>(std::numeric_limits<std::int64_t>::max())) {
    return NoDuration(text);
  }
  return std::chrono::nanoseconds(std::llround(total));
}

}  // namespace prow_coverage::prow
