#include "prow_coverage/results/judgement.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace prow_coverage::results {
namespace {

std::string Format(const char* format, double number) {
  std::array<char, 32> text{};
  const int size = std::snprintf(text.data(), text.size(), format, number);
  return {text.data(), static_cast<std::size_t>(size)};
}

std::string OneDecimal(double number) {
  // Rounded first: a difference of 0.04 is neither "+0.0" nor "-0.0".
  const double rounded = std::round(number * 10) / 10;
  return Format("%.1f", rounded == 0 ? 0.0 : rounded);
}

// One that is below the threshold does not look as if it were not.
std::string Percent(double number, const std::optional<Threshold>& threshold) {
  const bool below = threshold && number < threshold->percent;
  const bool looks_enough = below && std::round(number * 10) / 10 >= threshold->percent;
  return OneDecimal(looks_enough ? std::floor(number * 10) / 10 : number) + "%";
}

std::string Difference(const Summary& summary) {
  if (!summary.base_coverage) return "(no baseline)";
  const std::string text = OneDecimal(summary.pr_coverage - *summary.base_coverage);
  const bool up = text.front() != '-' && text != "0.0";
  return "(" + std::string(up ? "+" : "") + text + "%)";
}

}  // namespace

Judgement Judge(const Summary& summary, const std::optional<Threshold>& threshold,
                bool job_succeeded) {
  const std::string numbers = Percent(summary.pr_coverage, threshold) + " " + Difference(summary);
  if (threshold && summary.pr_coverage < threshold->percent) {
    return {Outcome::kBelowThreshold, numbers + " -- below threshold " + threshold->text + "%"};
  }
  if (!job_succeeded) return {Outcome::kTestsFailed, numbers + " -- tests failed"};
  if (!threshold) return {Outcome::kPassed, numbers};
  return {Outcome::kPassed, numbers + " | threshold: " + threshold->text + "%"};
}

std::optional<Threshold> OwnThreshold(const Summary& summary) {
  if (!summary.threshold) return std::nullopt;
  return Threshold{*summary.threshold, Format("%g", *summary.threshold)};
}

}  // namespace prow_coverage::results
