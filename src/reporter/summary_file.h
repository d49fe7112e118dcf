#pragma once

#include <memory>
#include <string>

#include "prow_coverage/base/error.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/reporter/job.h"
#include "prow_coverage/results/artifact_store.h"
#include "prow_coverage/results/summary.h"

namespace prow_coverage::reporter {

// The coverage-summary.json that the build of `job` has left. Errors: as the store has them;
// kRejected: the job leads nowhere in it; kInvalidArgument: the file is broken, and how (in
// brackets: the particulars).
[[nodiscard]] Task<Result<results::Summary>> FetchSummary(results::ArtifactStore& store,
                                                          std::shared_ptr<const Job> job);

// What a person is told in place of the numbers; the log has the whole error.
[[nodiscard]] std::string WhyNoSummary(const Error& error);

// An operator may mend it, or time: the file may be there all the same.
[[nodiscard]] bool IsOfTheStore(const Error& error);

}  // namespace prow_coverage::reporter
