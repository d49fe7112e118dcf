#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "prow_coverage/base/error.h"

namespace prow_coverage::kube {

struct ProcessRequest {
  std::string command;  // searched in PATH when it has no slash
  std::vector<std::string> args;
  std::vector<std::string> environment;  // "NAME=value", added to our own; wins over it
  std::chrono::milliseconds limit{30000};
  std::size_t max_output = std::size_t{1} << 20;
};

struct ProcessOutcome {
  int exit_code = 0;       // 128 + n when signal n ended it
  std::string output;      // of its standard output
  std::string last_words;  // the end of its standard error, at most 4 KiB
};

// Runs a program without a shell, its standard input empty, and waits for it. What is left of it
// and of its children when the time is over is killed: it has a process group of its own. Errors:
// kNotFound (no such program), kPermissionDenied (not executable), kUnavailable (over its time; its
// last words are in the message), kTooLarge (output over the limit), kInternal.
[[nodiscard]] Result<ProcessOutcome> RunProcess(const ProcessRequest& request);

}  // namespace prow_coverage::kube
