#include "support/fake_clock.h"

#include <boost/asio/post.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace prow_coverage::testing {
namespace {
constexpr WallTime kStart{std::chrono::seconds(1787133600)};
}

WallTime FakeClock::Now() const {
  const MutexLock lock(mutex_);
  return kStart + std::chrono::duration_cast<WallTime::duration>(elapsed_ + jumped_);
}

MonotonicTime FakeClock::Monotonic() const {
  const MutexLock lock(mutex_);
  return MonotonicTime{} + std::chrono::hours(1) + elapsed_;
}

Task<void> FakeClock::SleepFor(std::chrono::nanoseconds duration) {
  {
    const MutexLock lock(mutex_);
    sleeps_.push_back(duration);
    elapsed_ += duration;
  }
  // Others run now, as they would while this coroutine sleeps.
  co_await boost::asio::post(co_await boost::asio::this_coro::executor, boost::asio::use_awaitable);
}

void FakeClock::Advance(std::chrono::nanoseconds duration) {
  const MutexLock lock(mutex_);
  elapsed_ += duration;
}

void FakeClock::JumpWallClock(std::chrono::nanoseconds duration) {
  const MutexLock lock(mutex_);
  jumped_ += duration;
}

std::vector<std::chrono::nanoseconds> FakeClock::sleeps() const {
  const MutexLock lock(mutex_);
  return sleeps_;
}

}  // namespace prow_coverage::testing
