#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::handler {

// The event that such a delivery stands for: the head is what it is now.
inline constexpr std::string_view kSyntheticAction = "synchronize";

// A delivery that no webhook has brought: a `pull_request` event made of what GitHub's API says of
// the pull request, which ParsePullRequestEvent reads back to the same value. `origin` tells who
// made it; `because`, unless it is "", goes along in the body, for the trace. Pure.
[[nodiscard]] inbox::NewDelivery SyntheticDelivery(const PullRequest& pull, std::string guid,
                                                   std::string_view origin,
                                                   std::string_view because = {});

// `because` of such a delivery's body; "" when there is none.
[[nodiscard]] std::string BecauseOf(std::string_view body);

}  // namespace prow_coverage::handler
