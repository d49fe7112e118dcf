#pragma once

#include "pr_pod.h"

namespace prow_coverage::app {

// `pr-pod run`.
[[nodiscard]] int PrPodRun(const PrPodOptions& options);

}  // namespace prow_coverage::app
