#pragma once

#include <string>
#include <vector>

#include "prow_coverage/pr_pod/observation.h"

#include "pr_pod.h"
#include "pr_pod_session.h"

namespace prow_coverage::app {

// A run that is there, with its pod.
struct RunView {
  pr_pod::JobState job;
  pr_pod::PodState pod;
};

// The run that the flags name. Errors: kNotFound without the Job, or without its pod (yet).
[[nodiscard]] Result<RunView> FindRunView(PrPodSession& session, const PrPodOptions& options);

// `kubectl exec` into the newest container that runs, as arguments; the API's exec needs a protocol
// upgrade that kubectl has and libcurl has not.
// Errors: kNotFound when none runs: say --keep-alive.
[[nodiscard]] Result<std::vector<std::string>> KubectlExec(const DevCluster& dev,
                                                           const pr_pod::PodState& pod,
                                                           bool interactive);

}  // namespace prow_coverage::app
