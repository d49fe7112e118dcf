#pragma once

#include <string>

#include "prow_coverage/pr_pod/target.h"

#include "pr_pod_session.h"

namespace prow_coverage::app {

// Asks GitHub about a pull request and completes the target: base branch, head SHA, author, title.
// Errors: kUnauthenticated (401: the token is refused), kNotFound (404: no such pull request, or
// one that the token may not see), kInvalidArgument for a closed one, and the transport's.
[[nodiscard]] Result<pr_pod::Target> LookUpPull(pr_pod::Target target, const std::string& token,
                                                const std::string& endpoint);

}  // namespace prow_coverage::app
