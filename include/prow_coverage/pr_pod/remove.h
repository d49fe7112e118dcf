#pragma once

#include <string>
#include <vector>

#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/pr_pod/observation.h"

namespace prow_coverage::pr_pod {

struct Runs {
  std::vector<JobState> jobs;       // oldest first
  std::vector<std::string> broken;  // why an entry could not be read, one each
};

// Every run in the namespace.
[[nodiscard]] Task<Result<Runs>> ListRuns(kube::Client& kube, std::string ns);

// The run of that name. Errors: kNotFound also for a Job that is not ours.
[[nodiscard]] Task<Result<JobState>> FindRun(kube::Client& kube, std::string ns, std::string job);

// Deletes the Job, and with it, by the cluster, all that it owns. One that is gone is no error.
[[nodiscard]] Task<Result<void>> Remove(kube::Client& kube, std::string ns, JobState job);

}  // namespace prow_coverage::pr_pod
