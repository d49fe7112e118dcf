#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

namespace prow_coverage::app {

struct ReplayOptions {
  std::string url = "http://127.0.0.1:9901/";
  std::string hmac_secret_file = "/etc/webhook/hmac";
  std::string event;  // "": what each payload's members tell
  std::string guid;   // "": a fresh one for each file
  std::vector<std::string> files;
};

void AddReplayFlags(CLI::App& command, ReplayOptions& options);

// Signs each payload and sends it as GitHub does, one after the other, and prints each answer.
// Answers 0 when all were 2xx, else 1.
[[nodiscard]] int Replay(const ReplayOptions& options);

}  // namespace prow_coverage::app
