#pragma once

#include <cstdlib>
#include <string>

namespace prow_coverage::app {

// The variable's value, "" when it is not set. Nothing in this program sets variables.
[[nodiscard]] inline std::string Environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nothing sets any
  return value == nullptr ? "" : value;
}

}  // namespace prow_coverage::app
