#pragma once

#include <functional>
#include <string>

#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/pr_pod/observation.h"

namespace prow_coverage::pr_pod {

// What the pod's containers have written so far, phase by phase, each line with its phase in front.
[[nodiscard]] Task<Result<void>> PrintLogs(kube::Client& kube, std::string ns, PodState pod,
                                           std::function<void(const std::string& line)> print);

}  // namespace prow_coverage::pr_pod
