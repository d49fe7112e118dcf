#pragma once

#include <string>

#include "pr_pod_session.h"

namespace prow_coverage::app {

// The body of a `pull_request` webhook: the file --payload, or made from what GitHub's API tells of
// the pull request now, as if it had just been opened.
[[nodiscard]] Result<std::string> WebhookPayload(const PrPodOptions& options,
                                                 const std::string& token, PrPodSession& session);

}  // namespace prow_coverage::app
