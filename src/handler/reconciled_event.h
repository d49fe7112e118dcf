#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::handler {

// The event that a reconciled delivery stands for: the head is what it is now.
inline constexpr std::string_view kReconciledAction = "synchronize";
inline constexpr std::string_view kReconcileOrigin = "reconcile";

// The delivery that takes the place of a webhook that never came: a `pull_request` event made of
// what GitHub's API says of the pull request, which ParsePullRequestEvent reads back to the same
// value. `because` goes along, for the trace.
//
// Its GUID follows from the head and the head's newest delivery (`after`, 0 for none), so that
// two runs over the same evidence store it once, and a head that needs another answer later (set
// back after its job was aborted) gets another GUID.
[[nodiscard]] inbox::NewDelivery ReconciledDelivery(const PullRequest& pull,
                                                    std::string_view github_host_url,
                                                    std::int64_t after, const std::string& because);

// `because` of such a delivery's body; "" when there is none.
[[nodiscard]] std::string ReconciledBecause(std::string_view body);

}  // namespace prow_coverage::handler
