#include "pr_pod.h"

#include <csignal>

#include "prow_coverage/http/client.h"

#include "pr_pod_print.h"
#include "pr_pod_run.h"

namespace prow_coverage::app {

int PrPod(const PrPodOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);
  http::GlobalInit();
  switch (options.command) {
    case PrPodOptions::Command::kRun:
      return PrPodRun(options);
    default:
      return PrPodFail("not there");
  }
}

}  // namespace prow_coverage::app
