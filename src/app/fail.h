#pragma once

#include <cstdio>
#include <string>

namespace prow_coverage::app {

// Says on stderr why a verb's answer is no, and returns that exit code.
[[nodiscard]] inline int Fail(const char* verb, const std::string& message) {
  std::fprintf(stderr, "prow-coverage %s: %s\n", verb, message.c_str());
  return 1;
}

}  // namespace prow_coverage::app
