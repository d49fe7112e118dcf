#pragma once

#include <set>

#include <boost/asio/steady_timer.hpp>

#include "prow_coverage/base/clock.h"

namespace prow_coverage::sandbox {

// The given clock, and what it has been advanced by. One thread at a time.
class SandboxClock final : public Clock {
 public:
  explicit SandboxClock(Clock& beneath) : beneath_(beneath) {}

  WallTime Now() const override;
  MonotonicTime Monotonic() const override;
  // In real time, but advancing the clock shortens it.
  Task<void> SleepFor(std::chrono::nanoseconds duration) override;

  void Advance(std::chrono::nanoseconds duration);

 private:
  Clock& beneath_;
  std::chrono::nanoseconds advanced_{0};
  std::set<boost::asio::steady_timer*> sleepers_;
};

}  // namespace prow_coverage::sandbox
