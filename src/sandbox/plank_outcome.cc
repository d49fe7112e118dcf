#include "plank_outcome.h"

namespace prow_coverage::sandbox {
namespace {

using End = Outcome::End;
using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;

constexpr milliseconds kRun{200};

// Plank's own time-outs: plank.pod_pending_timeout 10 min, pod_unscheduled_timeout 5 min,
// pod_running_timeout 48 h; plank.max_revivals 3.
constexpr Outcome kOutcomes[] = {
    {"success", true, End::kState, "success", "Job succeeded.", kRun, 0, false, true},
    {"failure", true, End::kState, "failure", "Job failed.", kRun, 0, false, true},
    {"error", true, End::kState, "error",
     "Pod was in succeeded phase but some containers didn't finish"},
    {"slow", true, End::kState, "success", "Job succeeded.", hours(1), 0, false, true},
    {"stuck-triggered", false, End::kNone},
    {"stuck-pending", true, End::kNone},
    {"image-pull", true, End::kState, "error", "Pod pending timeout.", minutes(10)},
    {"unschedulable", true, End::kState, "error", "Pod scheduling timeout.", minutes(5)},
    {"evicted", true, End::kState, "error",
     "Job pod reached max revivals (3) after being stopped unexpectedly (evicted)", kRun, 3, true},
    {"evicted-at-once", true, End::kState, "error", "Job pod was evicted by the cluster."},
    {"oom-killed", true, End::kState, "error", "Job pod was OOM killed by the cluster."},
    {"pod-gone", true, End::kState, "error", "Pod got deleted unexpectedly"},
    {"pod-restarted", true, End::kState, "success", "Job succeeded.", kRun, 1, false, true},
    {"pod-refused", false, End::kState, "error",
     "Pod can not be created: create pod test-pods/{name} in cluster {cluster}: pods \"{name}\" is "
     "forbidden: exceeded quota"},
    {"no-cluster", false, End::kState, "error",
     "Terminal error: no build client found for cluster \"{cluster}\"."},
    {"running-timeout", true, End::kState, "aborted", "Pod running timeout.", hours(48)},
    {"aborted", true, End::kAbort, "aborted", "Successfully aborted {name}."},
    {"deleted", true, End::kDelete},
};

}  // namespace

const Outcome* FindOutcome(std::string_view name) {
  for (const Outcome& outcome : kOutcomes) {
    if (outcome.name == name) return &outcome;
  }
  return nullptr;
}

std::string OutcomeNames() {
  std::string names;
  for (const Outcome& outcome : kOutcomes) {
    if (!names.empty()) names += ", ";
    names += outcome.name;
  }
  return names;
}

}  // namespace prow_coverage::sandbox
