#include "sandbox_clock.h"

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace prow_coverage::sandbox {

namespace asio = boost::asio;

namespace {

using Timers = std::set<asio::steady_timer*>;

// Keeps a timer known as long as its coroutine sleeps.
class Sleeper {
 public:
  Sleeper(Timers& timers, asio::steady_timer& timer) : timers_(timers), timer_(timer) {
    timers_.insert(&timer_);
  }
  ~Sleeper() { timers_.erase(&timer_); }
  Sleeper(const Sleeper&) = delete;
  Sleeper& operator=(const Sleeper&) = delete;

 private:
  Timers& timers_;
  asio::steady_timer& timer_;
};

}  // namespace

WallTime SandboxClock::Now() const {
  return beneath_.Now() + std::chrono::duration_cast<WallTime::duration>(advanced_);
}

MonotonicTime SandboxClock::Monotonic() const { return beneath_.Monotonic() + advanced_; }

Task<void> SandboxClock::SleepFor(std::chrono::nanoseconds duration) {
  asio::steady_timer timer(co_await asio::this_coro::executor);
  const Sleeper sleeper(sleepers_, timer);
  const auto start = std::chrono::steady_clock::now();
  const auto advanced = advanced_;
  for (;;) {
    timer.expires_at(start + duration - (advanced_ - advanced));
    boost::system::error_code woken;
    co_await timer.async_wait(asio::redirect_error(asio::use_awaitable, woken));
    const auto state = co_await asio::this_coro::cancellation_state;
    if (!woken || state.cancelled() != asio::cancellation_type::none) co_return;
  }
}

void SandboxClock::Advance(std::chrono::nanoseconds duration) {
  advanced_ += duration;
  for (auto* sleeper : sleepers_) sleeper->cancel();
}

}  // namespace prow_coverage::sandbox
