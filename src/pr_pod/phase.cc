#include "prow_coverage/pr_pod/phase.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr Phase kPhases[] = {
    {.name = "checkout", .does = "clone, and merge into the target branch", .reads_token = true},
    {.name = "verify", .does = "look at what was cloned"},
    {.name = "detect", .does = "find what can be built"},
    {.name = "build", .does = "build images", .asks_api = true, .builds = true},
    {.name = "report", .does = "gather the results"},
};

}  // namespace

std::span<const Phase> Phases() { return kPhases; }

}  // namespace prow_coverage::pr_pod
