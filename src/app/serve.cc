#include "serve.h"

#include <csignal>

#include <unistd.h>

#include "prow_coverage/http/client.h"

#include "daemon.h"

namespace prow_coverage::app {

int Serve(const ServeOptions& options) {
  const auto logger = MakeJsonLogger(options.log_level, STDERR_FILENO);
  std::signal(SIGPIPE, SIG_IGN);  // A peer or a pipe that goes away is an error value, not the end.
  if (auto valid = Validate(options); !valid) {
    logger->Error(valid.error().message);
    return 2;
  }
  http::GlobalInit();
  auto daemon = Daemon::Build(options, *logger);
  if (!daemon) {
    logger->Error("cannot start: " + daemon.error().message);
    return 1;
  }
  (*daemon)->Run();
  daemon->reset();
  logger->Info("ended");
  return 0;
}

}  // namespace prow_coverage::app
