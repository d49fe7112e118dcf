#pragma once

#include "prow_coverage/config/job_config.h"

#include "value.h"

namespace prow_coverage::config {

// Sets on `job` what the mapping names: `defaults` on an empty JobConfig, then a repository's entry
// on a copy of that. Maps take over key by key; a null takes away what stood there before.
// Errors: kInvalidArgument with source, line and key.
[[nodiscard]] Result<void> ApplyJob(const Value& mapping, JobConfig& job);

}  // namespace prow_coverage::config
