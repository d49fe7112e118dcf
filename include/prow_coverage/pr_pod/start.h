#pragma once

#include <string>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/pr_pod/observation.h"
#include "prow_coverage/pr_pod/plan.h"

namespace prow_coverage::pr_pod {

// Creates the Job suspended, everything else with the Job as owner, and then resumes the Job: from
// its first moment on there is nothing that deleting the Job would not remove, even when this
// process dies in between. A Job of that name that has ended, or was never resumed, is replaced.
// When something cannot be created, the Job is deleted again.
//
// Errors: kAlreadyExists when a Job of that name is running, or something of that name is not ours;
// else the API server's, with what to do about it.
[[nodiscard]] Task<Result<JobState>> Start(kube::Client& kube, Clock& clock, const Plan& plan,
                                           const std::string& token);

}  // namespace prow_coverage::pr_pod
