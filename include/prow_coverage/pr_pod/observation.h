#pragma once

#include <string>
#include <vector>

#include "prow_coverage/base/error.h"

namespace prow_coverage::pr_pod {

// What the API server tells about a run, read strictly and bounded: a pod's texts are hostile.

struct JobState {
  enum class Phase { kSuspended, kRunning, kComplete, kFailed };

  std::string name;
  std::string uid;
  std::string created;  // RFC 3339
  std::string target;   // annotation: what it was made for
  std::string run_id;
  bool ours = false;  // has our label
  Phase phase = Phase::kRunning;
  std::string reason;  // of a failure, e.g. DeadlineExceeded
  std::string message;
};

struct ContainerState {
  enum class Phase { kWaiting, kRunning, kTerminated };

  std::string name;
  Phase phase = Phase::kWaiting;
  std::string image;
  std::string reason;   // of waiting or termination
  std::string message;  // of waiting, or what the container left as its termination message
  int exit_code = 0;
};

struct PodState {
  std::string name;
  std::string uid;
  std::string node;
  std::string phase;   // Pending, Running, Succeeded, Failed, Unknown
  std::string reason;  // e.g. Evicted
  std::string message;
  std::string unschedulable;  // the scheduler's words, "" when it has a node
  bool deleting = false;
  std::vector<ContainerState> containers;  // init containers first: in the order in which they run

  [[nodiscard]] const ContainerState* Find(std::string_view container) const;
};

// Errors: kInvalidArgument for what is no Job or Pod.
[[nodiscard]] Result<JobState> ReadJob(const std::string& json);
[[nodiscard]] Result<PodState> ReadPod(const std::string& json);

// Of a Warning event "reason: message", else "".
[[nodiscard]] std::string ReadWarning(const std::string& json);

[[nodiscard]] std::string_view ToString(JobState::Phase phase);

// What keeps the pod from running, each a sentence for a person; empty when nothing does.
[[nodiscard]] std::vector<std::string> Obstacles(const PodState& pod);

}  // namespace prow_coverage::pr_pod
