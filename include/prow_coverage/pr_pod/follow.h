#pragma once

#include <chrono>
#include <functional>
#include <string>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/pr_pod/phase_result.h"

namespace prow_coverage::pr_pod {

struct FollowOptions {
  std::string ns;
  std::string job;
  std::string uid;       // "" for whichever Job has the name
  std::string builder;   // the Deployment that builds, "" for none
  std::string redacted;  // a token that must never be shown, "" for none
  std::chrono::milliseconds interval{300};
  // The API server does not answer for so long: given up; the Job goes on.
  std::chrono::milliseconds patience{120000};
  // No container has begun for so long: given up, with what stands in the way.
  std::chrono::milliseconds start_patience{600000};
};

struct Verdict {
  bool ok = false;
  std::string words;  // one sentence
  std::vector<PhaseResult> phases;
};

// Follows a run to its end and tells, by `print`, what is news: each container's log with its phase
// in front, in the order of the phases, and what keeps it, or the builder, from being scheduled,
// pulled or started. The log is taken up where it was cut.
// Errors: kNotFound when there is no such Job, or it is deleted meanwhile; kUnavailable when
// patience is over: what the Job does goes on without us.
[[nodiscard]] Task<Result<Verdict>> Follow(kube::Client& kube, Clock& clock, FollowOptions options,
                                           std::function<void(const std::string& line)> print);

// The newest pod of a Job; kNotFound when it has none.
[[nodiscard]] Task<Result<PodState>> FindPod(kube::Client& kube, std::string ns,
                                             std::string job_uid);

}  // namespace prow_coverage::pr_pod
