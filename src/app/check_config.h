#pragma once

#include <string>

#include <CLI/CLI.hpp>

#include "settings_loader.h"

namespace prow_coverage::app {

struct CheckConfigOptions {
  SettingsFlags settings;
  std::string repo;  // "org/repo": print it as merged
};

void AddCheckConfigFlags(CLI::App& command, CheckConfigOptions& options);

// Validates the configuration as `serve` would load it. Answers 0, or 1 with the error on stderr.
[[nodiscard]] int CheckConfig(const CheckConfigOptions& options);

}  // namespace prow_coverage::app
