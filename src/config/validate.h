#pragma once

#include "prow_coverage/config/job_config.h"

#include "value.h"

namespace prow_coverage::config {

// Whether what `defaults` and the repository's entry make together is a job that can run; each
// field has been looked at on its own before. `entry` is where the repository stands in the file.
[[nodiscard]] Result<void> Validate(const Value& entry, const JobConfig& job);

}  // namespace prow_coverage::config
