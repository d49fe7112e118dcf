#pragma once

#include "serve_options.h"

namespace prow_coverage::app {

// Runs the daemon until SIGTERM or SIGINT and the drain that follows. Answers the exit code: 0
// after a clean end, 1 when it could not start (the reason is the last line of the log).
[[nodiscard]] int Serve(const ServeOptions& options);

}  // namespace prow_coverage::app
