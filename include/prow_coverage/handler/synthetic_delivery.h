#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
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

// The delivery that asks for a further attempt after a job that was aborted or is gone: of this
// origin, its GUID made of the job's name and start, so that one job leads to one attempt.
inline constexpr std::string_view kRerunOrigin = "reporter";
inline constexpr std::string_view kRerunGuid = "rerun-";  // how it begins
[[nodiscard]] std::string RerunGuid(std::string_view job_name, WallTime job_start);

// When that job was started; nullopt for any other delivery.
[[nodiscard]] std::optional<WallTime> RerunOf(const inbox::NewDelivery& delivery);

// `because` of such a delivery's body; "" when there is none.
[[nodiscard]] std::string BecauseOf(std::string_view body);

}  // namespace prow_coverage::handler
