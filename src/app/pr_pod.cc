#include "pr_pod.h"

#include <csignal>

#include "prow_coverage/http/client.h"

#include "pr_pod_look.h"
#include "pr_pod_run.h"

namespace prow_coverage::app {
namespace {

using Command = PrPodOptions::Command;

struct Subcommand {
  Command command;
  int (*run)(const PrPodOptions&);
};

constexpr Subcommand kSubcommands[] = {
    {Command::kRun, PrPodRun},       {Command::kStatus, PrPodStatus}, {Command::kLogs, PrPodLogs},
    {Command::kVerify, PrPodVerify}, {Command::kExec, PrPodExec},     {Command::kClean, PrPodClean},
    {Command::kDoctor, PrPodDoctor},
};

}  // namespace

int PrPod(const PrPodOptions& options) {
  std::signal(SIGPIPE, SIG_IGN);  // A reader that goes away is an error value, not the end.
  http::GlobalInit();
  for (const Subcommand& subcommand : kSubcommands) {
    if (subcommand.command == options.command) return subcommand.run(options);
  }
  return 2;
}

}  // namespace prow_coverage::app
