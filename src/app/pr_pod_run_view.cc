#include "pr_pod_run_view.h"

#include <utility>

#include "prow_coverage/pr_pod/follow.h"
#include "prow_coverage/pr_pod/remove.h"

namespace prow_coverage::app {
namespace {

Error Interrupted() { return {ErrorCode::kCancelled, "interrupted", {}}; }

}  // namespace

Result<RunView> FindRunView(PrPodSession& session, const PrPodOptions& options) {
  const std::string& ns = session.dev().cluster.ns;
  auto job = session.Run(pr_pod::FindRun(session.kube(), ns, options.place.name));
  if (!job) return Interrupted();
  if (!*job) return job->error();
  auto pod = session.Run(pr_pod::FindPod(session.kube(), ns, (*job)->uid));
  if (!pod) return Interrupted();
  if (!*pod) return WithContext(pod->error(), "Job " + (*job)->name);
  return RunView{std::move(**job), std::move(**pod)};
}

Result<std::vector<std::string>> KubectlExec(const DevCluster& dev, const pr_pod::PodState& pod,
                                             bool interactive) {
  std::string container;
  for (const auto& candidate : pod.containers) {
    if (candidate.phase == pr_pod::ContainerState::Phase::kRunning) container = candidate.name;
  }
  if (container.empty()) {
    return Error{ErrorCode::kNotFound,
                 "no container of pod " + pod.name +
                     " runs: a run with --keep-alive waits at its end, to be looked into",
                 {}};
  }
  std::vector<std::string> arguments = {
      "kubectl",           "--kubeconfig", dev.kubeconfig, "--context",
      dev.cluster.context, "--namespace",  dev.cluster.ns, "exec"};
  if (interactive) arguments.emplace_back("-it");
  arguments.insert(arguments.end(), {pod.name, "-c", container, "--"});
  return arguments;
}

}  // namespace prow_coverage::app
