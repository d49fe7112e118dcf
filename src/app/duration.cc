#include "duration.h"

#include <charconv>
#include <iterator>

namespace prow_coverage::app {
namespace {

struct Unit {
  std::string_view name;
  double milliseconds;
};

// "ms" before "m": the longer name is tried first.
constexpr Unit kUnits[] = {{"ms", 1},     {"us", 1e-3}, {"ns", 1e-6},
                           {"h", 3600e3}, {"m", 60e3},  {"s", 1e3}};

constexpr double kMaxMilliseconds = 1e13;  // some 300 years

Error NoDuration(std::string_view text) {
  return {ErrorCode::kInvalidArgument,
          "\"" + std::string(text.substr(0, 40)) +
              "\" is no duration: write a number and a unit, such as 180s, 2m or 1h30m",
          {}};
}

const Unit* FindUnit(std::string_view text) {
  for (const Unit& unit : kUnits) {
    if (text.starts_with(unit.name)) return &unit;
  }
  return nullptr;
}

}  // namespace

Result<std::chrono::milliseconds> ParseDuration(std::string_view text) {
  if (text == "0") return std::chrono::milliseconds(0);
  std::string_view rest = text;
  double total = 0;
  do {
    double number = 0;
    const auto [end, problem] =
        std::from_chars(rest.data(), rest.data() + rest.size(), number, std::chars_format::fixed);
    if (problem != std::errc{} || number < 0) return NoDuration(text);
    rest.remove_prefix(static_cast<std::size_t>(end - rest.data()));
    const Unit* unit = FindUnit(rest);
    if (unit == nullptr) return NoDuration(text);
    rest.remove_prefix(unit->name.size());
    total += number * unit->milliseconds;
  } while (!rest.empty());
  if (!(total <= kMaxMilliseconds)) return NoDuration(text);
  return std::chrono::milliseconds(static_cast<std::int64_t>(total));
}

}  // namespace prow_coverage::app
