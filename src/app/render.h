#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "settings_loader.h"

namespace prow_coverage::app {

struct RenderOptions {
  SettingsFlags settings;
  std::string event = "-";                 // file, or "-" for stdin
  std::vector<std::string> changed_files;  // with neither of the two: anything may have changed
  std::string changed_files_from;
  std::string format = "yaml";
  std::string base_sha;  // "": the event's
  std::string guid = "render";
  int attempt = 1;
};

void AddRenderFlags(CLI::App& command, RenderOptions& options);

// Prints the ProwJob that the daemon would create for a payload; no network. Answers 0, or 1 with
// the reason on stderr when no job would be created.
[[nodiscard]] int Render(const RenderOptions& options);

}  // namespace prow_coverage::app
