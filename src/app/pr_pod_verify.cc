#include <cstdio>
#include <string>
#include <vector>

#include "prow_coverage/kube/process.h"
#include "prow_coverage/pr_pod/phase_result.h"

#include "pr_pod_look.h"
#include "pr_pod_print.h"
#include "pr_pod_run_view.h"

namespace prow_coverage::app {
namespace {

using State = pr_pod::PhaseResult::State;

// The verify phase once more, now; its result goes to standard output, its log to standard error.
constexpr const char* kLookNow =
    "PR_POD_RESULTS=/tmp/verify-now PR_POD_TERMINATION_LOG=/dev/fd/3 "
    "/bin/sh /pr-pod/job/verify.sh 3>&1 >&2";
constexpr const char* kBuildxNow = "docker buildx version";

Result<std::string> RunInPod(const DevCluster& dev, const pr_pod::PodState& pod,
                             const char* script) {
  auto arguments = KubectlExec(dev, pod, false);
  if (!arguments) return arguments.error();
  kube::ProcessRequest request;
  request.command = arguments->front();
  request.args.assign(arguments->begin() + 1, arguments->end());
  request.args.insert(request.args.end(), {"/bin/sh", "-c", script});
  auto outcome = kube::RunProcess(request);
  if (!outcome) return outcome.error();
  if (outcome->exit_code != 0 && outcome->output.empty()) {
    return Error{ErrorCode::kUnavailable, outcome->last_words, {}};
  }
  return outcome->output;
}

// What is missing, of a pod that has ended: every phase but those that passed.
std::vector<std::string> MissingInRecord(const std::vector<pr_pod::PhaseResult>& phases) {
  std::vector<std::string> missing;
  for (const auto& phase : phases) {
    if (phase.state == State::kPassed) continue;
    missing.push_back(phase.phase + " " + std::string(ToString(phase.state)) +
                      (phase.summary.empty() ? "" : ": " + phase.summary));
  }
  return missing;
}

// Looks into a pod that runs.
std::vector<std::string> MissingNow(const DevCluster& dev, const RunView& run) {
  std::vector<std::string> missing;
  const auto text = RunInPod(dev, run.pod, kLookNow);
  const auto now = text ? pr_pod::ParsePhaseResult(*text) : text.error();
  if (!now) {
    missing.push_back("the pod cannot be looked into: " + now.error().message);
    return missing;
  }
  std::printf("  now        %s\n", now->summary.c_str());
  if (now->state != State::kPassed) missing.push_back(now->summary);
  const auto buildx = RunInPod(dev, run.pod, kBuildxNow);
  std::printf("  buildx     %s\n", buildx ? buildx->c_str() : "not in the image\n");
  return missing;
}

bool IsRunning(const pr_pod::PodState& pod) {
  const auto* last = pod.Find("report");
  return last != nullptr && last->phase == pr_pod::ContainerState::Phase::kRunning;
}

}  // namespace

int PrPodVerify(const PrPodOptions& options) {
  auto dev = OpenDevCluster(options.place);
  if (!dev) return PrPodFail(dev.error().message);
  PrPodSession session(std::move(*dev));
  const auto run = FindRunView(session, options);
  if (!run) return PrPodFail(run.error().message);
  auto phases = pr_pod::PhaseResults(run->pod);
  std::printf("%s: %s\n", run->job.name.c_str(), run->job.target.c_str());
  PrintPhases(phases);
  for (const auto& phase : phases) {
    if (phase.details != "{}")
      std::printf("  %s: %s\n", phase.phase.c_str(), phase.details.c_str());
  }
  std::vector<std::string> missing;
  if (IsRunning(run->pod)) {
    phases.pop_back();  // the one that waits for us
    missing = MissingNow(session.dev(), *run);
  }
  const auto recorded = MissingInRecord(phases);
  missing.insert(missing.end(), recorded.begin(), recorded.end());
  for (const auto& what : missing) PrPodFail(what);
  return missing.empty() ? 0 : 1;
}

}  // namespace prow_coverage::app
