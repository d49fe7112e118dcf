#pragma once

#include "prow_coverage/inbox/report.h"

#include "connection.h"

namespace prow_coverage::inbox {

// The columns of `reports` that ReadReport expects in a row.
inline constexpr const char* kReportColumns =
    "id, org, repo, number, head_sha, job_name, job_start, phase, rerun_of, state, description, "
    "target_url, error, updated_at";

[[nodiscard]] Report ReadReport(const Query& row);

}  // namespace prow_coverage::inbox
