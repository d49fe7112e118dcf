#pragma once

#include <memory>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/kube/credentials.h"

namespace prow_coverage::kube {

// The user whose credential `cluster.exec` tells. `limit` is how long the plugin may run.
[[nodiscard]] std::unique_ptr<Credentials> MakeExecPluginCredentials(
    const Cluster& cluster, Clock& clock, Logger& logger,
    std::chrono::milliseconds limit = std::chrono::seconds(30));

}  // namespace prow_coverage::kube
