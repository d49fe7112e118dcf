#pragma once

#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/pull_request/pull_request.h"
#include "prow_coverage/reporter/job.h"

namespace prow_coverage::reporter {

// A delivery that makes the handler create the next attempt for a head whose job was aborted. Its
// GUID follows from the job, so that one job leads to one further attempt, whoever asks how often.
[[nodiscard]] inbox::NewDelivery NextAttempt(const PullRequest& pull, const Job& aborted);

}  // namespace prow_coverage::reporter
