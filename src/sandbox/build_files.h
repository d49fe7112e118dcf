#pragma once

#include <map>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"

#include "plank_scenario.h"

namespace prow_coverage::sandbox {

// Files of a build's directory, by their path below it.
using BuildFiles = std::map<std::string, std::string>;

// What the pod leaves when it starts.
[[nodiscard]] BuildFiles FilesAtStart(const Json& job, WallTime started);

// What is there when the job has ended in `state`: finished.json, and of a pod that uploads its
// artifacts build-log.txt and below artifacts/ the cover profile, its HTML and
// coverage-summary.json, all with the scenario's numbers; the scenario's own files come before
// these.
[[nodiscard]] BuildFiles FilesAtEnd(const Json& job, const Scenario& scenario,
                                    std::string_view state, WallTime finished);

}  // namespace prow_coverage::sandbox
