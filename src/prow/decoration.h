#pragma once

#include <nlohmann/json.hpp>

#include "prow_coverage/base/error.h"
#include "prow_coverage/config/job_config.h"

namespace prow_coverage::prow {

// A complete `decoration_config`: field by field the job configuration, else `prow` (Prow's own
// defaults for the repository, an object or null), else what is built in; every other field of
// `prow` stays. Plank fills nothing in for a job that arrives through the API, and a job that lacks
// its utility images, its gcs_configuration or the path strategy stays `triggered` for ever.
// Errors: kInvalidArgument for what plank would never run, naming the field and the fix.
[[nodiscard]] Result<nlohmann::ordered_json> CompleteDecoration(const config::JobConfig& job,
                                                                nlohmann::ordered_json prow);

}  // namespace prow_coverage::prow
