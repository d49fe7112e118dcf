#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::handler {

inline constexpr std::string_view kReconcileOrigin = "reconcile";

// The delivery that takes the place of a webhook that never came (SyntheticDelivery).
//
// Its GUID follows from the head and the head's newest delivery (`after`, 0 for none), so that
// two runs over the same evidence store it once, and a head that needs another answer later (set
// back after its job was aborted) gets another GUID.
[[nodiscard]] inbox::NewDelivery ReconciledDelivery(const PullRequest& pull,
                                                    std::string_view github_host_url,
                                                    std::int64_t after, const std::string& because);

}  // namespace prow_coverage::handler
