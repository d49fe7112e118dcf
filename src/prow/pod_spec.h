#pragma once

#include <nlohmann/json.hpp>

#include "prow_coverage/base/error.h"
#include "prow_coverage/config/job_config.h"

namespace prow_coverage::prow {

// The `pod_spec` of contracts 5, or with `testPackages` and no `command` that of the Go plugin.
// Holds no credential, unless the configuration asks for the GitHub token in so many words
// (mountGithubToken): the pod runs the pull request's code.
// Errors: kInvalidArgument for what can never run, naming the field and the fix.
[[nodiscard]] Result<nlohmann::ordered_json> RenderPodSpec(const config::JobConfig& job);

}  // namespace prow_coverage::prow
