#pragma once

#include <string>

#include "metadata.h"

namespace prow_coverage::pr_pod {

// The Deployment that buildx's Kubernetes driver would make for the node named `names.builder`; it
// uses one that is there already. Ours has the Job as its owner, which the driver has no option
// for, so that it cannot outlive it, and allows no entitlement that was not asked for.
[[nodiscard]] Object RenderBuilder(const Plan& plan, const std::string& job_uid);

}  // namespace prow_coverage::pr_pod
