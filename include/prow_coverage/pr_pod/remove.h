#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/pr_pod/observation.h"

namespace prow_coverage::pr_pod {

// Every run in the namespace, oldest first; what cannot be read is left out.
[[nodiscard]] Task<Result<std::vector<JobState>>> ListRuns(kube::Client& kube, std::string ns);

// Deletes the Job, and with it, by the cluster, all that it owns. One that is gone is no error.
[[nodiscard]] Task<Result<void>> Remove(kube::Client& kube, std::string ns, JobState job);

}  // namespace prow_coverage::pr_pod
