#pragma once

#include <span>
#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"
#include "prow_coverage/config/job_config.h"

namespace prow_coverage::prow {

// Prow's plugin-help object (JSON) for the body of `POST /help`: `[{"Org":"o","Repo":"r"},…]`; an
// empty body asks for no repository.
// Errors: kInvalidArgument for a body that is something else, kTooLarge for one over 1 MiB.
[[nodiscard]] Result<std::string> PluginHelp(std::string_view body,
                                             const config::JobsConfig& config);

}  // namespace prow_coverage::prow
