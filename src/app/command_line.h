#pragma once

#include <string>
#include <variant>
#include <vector>

#include "check_config.h"
#include "deliveries.h"
#include "pr_pod.h"
#include "render.h"
#include "replay.h"
#include "serve_options.h"

namespace prow_coverage::app {

// Something to be printed instead of work: help and version (exit 0), a usage error (exit 2).
struct Message {
  std::string text;
  int exit_code = 0;
};

using Action = std::variant<Message, ServeOptions, RenderOptions, ReplayOptions, CheckConfigOptions,
                            DeliveriesOptions, PrPodOptions>;

// What the arguments (without the program's name) ask for. The verb may be left out when the first
// argument is a flag: then it is `serve`, as the Go plugin's Deployment expects. A long flag with a
// single dash is understood, as Go's flag package does.
[[nodiscard]] Action ParseCommandLine(std::vector<std::string> arguments);

}  // namespace prow_coverage::app
