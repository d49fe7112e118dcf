#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>

namespace prow_coverage::testing {

// Of the environment; `otherwise` when it is not set.
inline int NumberFromEnvironment(const char* name, int otherwise) {
  const char* text = std::getenv(name);
  return text == nullptr ? otherwise : std::atoi(text);
}

// PROW_COVERAGE_SEED repeats a run.
inline std::uint32_t SeedFromEnvironment() {
  const char* text = std::getenv("PROW_COVERAGE_SEED");
  if (text != nullptr) return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
  return std::random_device()();
}

}  // namespace prow_coverage::testing
