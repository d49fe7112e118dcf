#pragma once

#include <string_view>

#include "prow_coverage/base/error.h"
#include "prow_coverage/config/decoration_defaults.h"
#include "prow_coverage/config/job_config.h"

namespace prow_coverage::prow {

// `job` with everything said that Render would fill in: from Prow's decoration defaults, from what
// is built in, and `jobs_namespace` when it names none. Render makes the same job of it. The
// command that testPackages stands for is not written out, and a duration that the configuration
// cannot express (1m30s as a time-out) is left to Prow's defaults. Errors: kInvalidArgument, as
// Render.
[[nodiscard]] Result<config::JobConfig> EffectiveJob(const config::JobConfig& job,
                                                     const config::DecorationDefaults& defaults,
                                                     std::string_view org, std::string_view repo,
                                                     std::string_view jobs_namespace);

}  // namespace prow_coverage::prow
