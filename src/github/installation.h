#pragma once

#include <chrono>
#include <string>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/metrics/metrics.h"

#include "endpoint.h"

namespace prow_coverage::github {

struct InstallationToken {
  std::string token;
  std::chrono::sys_seconds expires_at;
};

// Finds the App's installation in `org` among all of its installations and asks for a token of it.
// The list is read each time, which is once an hour and org: a cached installation id goes stale
// when an owner removes and adds the App. Errors: kNotFound (not installed in `org`, or suspended
// there); for other answers those of Decide, after a single attempt.
Task<Result<InstallationToken>> AskInstallationToken(http::Client& http, const Clock& clock,
                                                     metrics::Metrics& metrics, Endpoint endpoint,
                                                     std::string jwt, std::string org);

}  // namespace prow_coverage::github
