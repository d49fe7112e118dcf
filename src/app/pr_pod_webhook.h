#pragma once

#include "pr_pod.h"

namespace prow_coverage::app {

// `pr-pod run --simulate-webhook`: the payload that GitHub would send, signed with a secret made
// for this once, goes to a daemon inside this process that works against the development cluster.
// Shows the decision's trace, the status, and the ProwJob as the cluster has it.
[[nodiscard]] int PrPodSimulateWebhook(const PrPodOptions& options);

}  // namespace prow_coverage::app
