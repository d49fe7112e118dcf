#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "prow_coverage/base/clock.h"

#include "plank_scenario.h"
#include "prow_job_view.h"

namespace prow_coverage::sandbox {

// A step in a job's life and when it is due, counted from when plank first saw the job.
struct PlankStep {
  enum class Kind {
    kSchedule,  // scheduling -> triggered
    kStart,     // triggered -> pending
    kRestart,   // the pod was lost: another one, with a build ID of its own
    kAbort,     // somebody wants it to end
    kFinish,    // -> the scenario's state
    kComplete,  // an aborted job's pod is gone: completionTime
    kDelete,    // the object goes
  };

  Kind kind;
  std::chrono::milliseconds at;

  bool operator==(const PlankStep&) const = default;
};

// One job on its way along its scenario.
struct PlankRun {
  std::pair<std::string, std::string> key;  // namespace, name
  ProwJobView view;                         // as it was first seen
  Scenario scenario;
  MonotonicTime began_at{};
  WallTime began{};
  std::vector<PlankStep> steps;
  std::size_t next = 0;  // of the steps; their number when nothing comes any more

  std::string build_id;  // "" before a pod has been started
  int restarts = 0;
  std::uint64_t revision = 0;  // of plank's last write

  [[nodiscard]] MonotonicTime Due() const { return began_at + steps[next].at; }
};

// The way of a job that has come up in `state`: scheduling, triggered, or pending when its pod runs
// already.
[[nodiscard]] std::vector<PlankStep> PlanSteps(const Scenario& scenario, const std::string& state);

}  // namespace prow_coverage::sandbox
