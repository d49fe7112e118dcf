#pragma once

#include "prow_coverage/pr_pod/token.h"

#include "pr_pod.h"

namespace prow_coverage::app {

// The token that environment and flags name; "" for none.
[[nodiscard]] Result<pr_pod::Token> PrPodToken(const PrPodOptions& options);

}  // namespace prow_coverage::app
