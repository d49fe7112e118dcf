#pragma once

#include <memory>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/kube/credentials.h"

namespace prow_coverage::kube {

// The user whose bearer token stands in `cluster.token_file`.
[[nodiscard]] std::unique_ptr<Credentials> MakeTokenFileCredentials(const Cluster& cluster,
                                                                    Clock& clock, Logger& logger);

}  // namespace prow_coverage::kube
