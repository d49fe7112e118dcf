#pragma once

#include "pr_pod.h"

namespace prow_coverage::app {

// `pr-pod status`, `logs`, `verify`, `exec`, `clean`: on runs that are there.
[[nodiscard]] int PrPodStatus(const PrPodOptions& options);
[[nodiscard]] int PrPodLogs(const PrPodOptions& options);
[[nodiscard]] int PrPodVerify(const PrPodOptions& options);
[[nodiscard]] int PrPodExec(const PrPodOptions& options);
[[nodiscard]] int PrPodClean(const PrPodOptions& options);
[[nodiscard]] int PrPodDoctor(const PrPodOptions& options);

}  // namespace prow_coverage::app
