#pragma once

#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::testing {

// A clock that stands still until it is told to move; sleeping moves it at once and is recorded, so
// a test of an hour's back-off takes no time. Thread-safe.
class FakeClock final : public Clock {
 public:
  // 2026-08-19T10:00:00Z
  WallTime Now() const override;
  MonotonicTime Monotonic() const override;
  Task<void> SleepFor(std::chrono::nanoseconds duration) override;

  void Advance(std::chrono::nanoseconds duration);
  // Moves the wall clock alone, as an operator or NTP does.
  void JumpWallClock(std::chrono::nanoseconds duration);

  // Every sleep so far.
  std::vector<std::chrono::nanoseconds> sleeps() const;

 private:
  mutable Mutex mutex_;
  std::chrono::nanoseconds elapsed_ GUARDED_BY(mutex_){0};
  std::chrono::nanoseconds jumped_ GUARDED_BY(mutex_){0};
  std::vector<std::chrono::nanoseconds> sleeps_ GUARDED_BY(mutex_);
};

}  // namespace prow_coverage::testing
