#pragma once

#include <chrono>
#include <vector>

#include "prow_coverage/base/clock.h"

namespace prow_coverage::handler {

// Tells when a delivery has waited for longer than --max-age. Its arrival is known by the wall
// clock, across restarts, so a clock that is set forward by a day would make everything that waits
// look too old. Hence time that the wall clock has skipped while this process ran does not count,
// and nothing is given up in the process' first hour, when the clock may have been wrong before and
// what was missed while nobody ran has its chance. One thread at a time.
class Patience {
 public:
  Patience(const Clock& clock, std::chrono::seconds max_age);

  [[nodiscard]] bool IsOver(WallTime received_at);

 private:
  // A stretch of wall time that nobody has lived through.
  struct Skip {
    WallTime from;
    WallTime to;
    MonotonicTime seen_at;
  };

  void Observe(WallTime now, MonotonicTime monotonic);

  const Clock& clock_;
  const std::chrono::seconds max_age_;
  const MonotonicTime started_at_;
  WallTime last_now_;
  MonotonicTime last_monotonic_;
  std::vector<Skip> skips_;  // seen within --max-age: what arrived before older ones is too old
};

}  // namespace prow_coverage::handler
