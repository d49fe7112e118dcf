#pragma once

#include <string>

#include "support/world.h"

namespace prow_coverage::testing {

// Pull requests of kubevirt/project-infra, told apart by their number alone: each changes Go code
// and has a head of its own.
[[nodiscard]] std::string HeadSha(int number);

// Makes those from `first` to `last` in the sandbox.
void PutPulls(World& world, int first, int last);

// The recorded payload of `opened`, as if it were this pull request's.
[[nodiscard]] std::string OpenedPayload(int number);

}  // namespace prow_coverage::testing
