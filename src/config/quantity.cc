#include "quantity.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdlib>

namespace prow_coverage::config {
namespace {

struct Suffix {
  std::string_view text;
  double factor;
};

// k8s.io/apimachinery/pkg/api/resource, suffix.go.
constexpr Suffix kSuffixes[] = {
    {"", 1},        {"n", 1e-9},    {"u", 1e-6},    {"m", 1e-3},    {"k", 1e3},     {"M", 1e6},
    {"G", 1e9},     {"T", 1e12},    {"P", 1e15},    {"E", 1e18},    {"Ki", 0x1p10}, {"Mi", 0x1p20},
    {"Gi", 0x1p30}, {"Ti", 0x1p40}, {"Pi", 0x1p50}, {"Ei", 0x1p60},
};

constexpr std::string_view kDigits = "0123456789";

// "e3", "E-3": a whole number of at most three digits.
std::optional<double> ExponentFactor(std::string_view text) {
  if (text.size() < 2 || (text.front() | 0x20) != 'e') return std::nullopt;
  text.remove_prefix(1);
  if (text.starts_with('+')) text.remove_prefix(1);
  int exponent = 0;
  const auto* end = text.data() + text.size();
  const auto [at, fault] = std::from_chars(text.data(), end, exponent);
  if (fault != std::errc() || at != end || std::abs(exponent) > 999) return std::nullopt;
  return std::pow(10.0, exponent);
}

std::optional<double> SuffixFactor(std::string_view text) {
  for (const Suffix& suffix : kSuffixes) {
    if (text == suffix.text) return suffix.factor;
  }
  return ExponentFactor(text);
}

}  // namespace

std::optional<double> ParseQuantity(std::string_view text) {
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  const auto end_of_number = std::min(text.find_first_not_of("0123456789."), text.size());
  const auto number = text.substr(0, end_of_number);
  if (number.find_first_of(kDigits) == std::string_view::npos) return std::nullopt;
  double value = 0;
  const auto* end = number.data() + number.size();
  const auto [at, fault] = std::from_chars(number.data(), end, value, std::chars_format::fixed);
  const auto factor = SuffixFactor(text.substr(end_of_number));
  if (fault != std::errc() || at != end || !factor) return std::nullopt;
  return negative ? -value * *factor : value * *factor;
}

}  // namespace prow_coverage::config
