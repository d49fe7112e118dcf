#include "pr_pod_look.h"

#include <cerrno>
#include <cstdio>
#include <system_error>
#include <utility>

#include <unistd.h>

#include "prow_coverage/pr_pod/follow.h"
#include "prow_coverage/pr_pod/logs.h"
#include "prow_coverage/pr_pod/remove.h"

#include "pr_pod_print.h"
#include "pr_pod_run_view.h"

namespace prow_coverage::app {
namespace {

void PrintRun(PrPodSession& session, const pr_pod::JobState& job) {
  std::printf("%s  %s  %s  %s\n", job.name.c_str(), std::string(ToString(job.phase)).c_str(),
              job.created.c_str(), job.target.c_str());
  const auto pod = session.Run(pr_pod::FindPod(session.kube(), session.dev().cluster.ns, job.uid));
  if (!pod || !*pod) return;
  for (const auto& obstacle : pr_pod::Obstacles(**pod)) std::printf("  %s\n", obstacle.c_str());
  PrintPhases(pr_pod::PhaseResults(**pod));
}

int FollowRun(PrPodSession& session, const PrPodOptions& options) {
  pr_pod::FollowOptions follow;
  follow.ns = session.dev().cluster.ns;
  follow.job = options.place.name;
  const auto verdict =
      session.Run(pr_pod::Follow(session.kube(), session.clock(), follow, PrPodSay));
  if (!verdict) return 130;
  return *verdict ? PrintVerdict(**verdict) : PrPodFail(verdict->error().message);
}

}  // namespace

int PrPodStatus(const PrPodOptions& options) {
  auto dev = OpenDevCluster(options.place);
  if (!dev) return PrPodFail(dev.error().message);
  PrPodSession session(std::move(*dev));
  const auto runs = session.Run(pr_pod::ListRuns(session.kube(), session.dev().cluster.ns));
  if (!runs) return 130;
  if (!*runs) return PrPodFail(runs->error().message);
  for (const auto& broken : (*runs)->broken) PrPodFail(broken);
  for (const auto& job : (*runs)->jobs) PrintRun(session, job);
  if ((*runs)->jobs.empty())
    std::printf("no run in namespace %s\n", session.dev().cluster.ns.c_str());
  return (*runs)->broken.empty() ? 0 : 1;
}

int PrPodLogs(const PrPodOptions& options) {
  auto dev = OpenDevCluster(options.place);
  if (!dev) return PrPodFail(dev.error().message);
  PrPodSession session(std::move(*dev));
  if (options.follow) return FollowRun(session, options);
  const auto run = FindRunView(session, options);
  if (!run) return PrPodFail(run.error().message);
  const auto printed =
      session.Run(pr_pod::PrintLogs(session.kube(), session.dev().cluster.ns, run->pod, PrPodSay));
  if (!printed) return 130;
  return *printed ? 0 : PrPodFail(printed->error().message);
}

int PrPodExec(const PrPodOptions& options) {
  auto dev = OpenDevCluster(options.place);
  if (!dev) return PrPodFail(dev.error().message);
  PrPodSession session(std::move(*dev));
  const auto run = FindRunView(session, options);
  if (!run) return PrPodFail(run.error().message);
  const bool interactive = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
  auto arguments = KubectlExec(session.dev(), run->pod, interactive);
  if (!arguments) return PrPodFail(arguments.error().message);
  arguments->insert(arguments->end(), options.arguments.begin(), options.arguments.end());
  std::vector<char*> raw;
  for (std::string& argument : *arguments) raw.push_back(argument.data());
  raw.push_back(nullptr);
  ::execvp(raw[0], raw.data());
  return PrPodFail(std::string("cannot run kubectl: ") + std::generic_category().message(errno) +
                   "; install it, or put it into PATH");
}

}  // namespace prow_coverage::app
