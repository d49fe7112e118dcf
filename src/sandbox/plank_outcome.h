#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace prow_coverage::sandbox {

// How plank can end a job, or fail to; pkg/plank/reconciler.go of kubernetes-sigs/prow is where the
// states and texts come from.
struct Outcome {
  enum class End {
    kNone,    // stays as it is
    kState,   // plank writes state, description and completionTime
    kAbort,   // somebody writes the state alone; plank then ends the pod and completes the job
    kDelete,  // the object goes
  };

  std::string_view name;
  bool starts = false;  // a pod is made: state pending, with build ID and URL
  End end = End::kState;
  std::string_view state = {};
  std::string_view description = {};   // {name} and {cluster} are filled in
  std::chrono::milliseconds run{200};  // from the pod's start to the end
  int restarts = 0;                    // pods that are lost meanwhile: each makes a new build ID
  bool revivals = false;               // whether plank counts them
  bool uploads = false;                // the pod leaves its artifacts
};

// nullptr when there is none of that name. The pointer is good for ever.
[[nodiscard]] const Outcome* FindOutcome(std::string_view name);

// All names, with commas between.
[[nodiscard]] std::string OutcomeNames();

}  // namespace prow_coverage::sandbox
