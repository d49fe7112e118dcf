#pragma once

#include <chrono>
#include <memory>
#include <string>

#include "prow_coverage/base/task.h"

namespace prow_coverage {

using WallTime = std::chrono::system_clock::time_point;
using MonotonicTime = std::chrono::steady_clock::time_point;

// Time, passed in so that tests can advance it. Thread-safe.
class Clock {
 public:
  virtual ~Clock() = default;

  // Wall-clock time: for timestamps that leave the process. It may jump.
  virtual WallTime Now() const = 0;

  // Never goes back: for durations and deadlines inside the process.
  virtual MonotonicTime Monotonic() const = 0;

  // Suspends the calling coroutine. Ends early, without an error, when the coroutine is cancelled.
  virtual Task<void> SleepFor(std::chrono::nanoseconds duration) = 0;
};

[[nodiscard]] std::unique_ptr<Clock> MakeSystemClock();

// RFC 3339 in UTC with whole seconds, as Kubernetes writes it: 2026-08-19T10:00:00Z.
[[nodiscard]] std::string ToRfc3339(WallTime time);

}  // namespace prow_coverage
