#pragma once

#include <memory>
#include <string_view>

#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/pull_request/pull_request.h"
#include "prow_coverage/reporter/job.h"
#include "prow_coverage/reporter/reporter.h"

#include "heads.h"

namespace prow_coverage::reporter {

// A delivery that makes the handler create the next attempt for a head whose job was aborted or is
// gone. Its GUID follows from the job, so that one job leads to one further attempt, whoever asks
// how often.
[[nodiscard]] inbox::NewDelivery NextAttempt(const PullRequest& pull, const Job& interrupted);

// Hands it in, and keeps that in `entry`; `why` is for the log.
[[nodiscard]] Task<Result<void>> AskForNextAttempt(const ReporterDeps& deps, Entry& entry,
                                                   std::shared_ptr<const Job> job, PullRequest pull,
                                                   std::string_view why);

}  // namespace prow_coverage::reporter
