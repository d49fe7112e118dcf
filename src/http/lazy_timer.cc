#include "lazy_timer.h"

#include <utility>

namespace prow_coverage::http {

LazyTimer::LazyTimer(const boost::asio::any_io_executor& executor, std::function<void()> on_time)
    : timer_(executor), on_time_(std::move(on_time)) {}

void LazyTimer::Set(Clock::time_point deadline) {
  deadline_ = deadline;
  if (deadline_ < armed_) Arm();
}

void LazyTimer::Clear() { deadline_ = kNever; }

void LazyTimer::Arm() {
  armed_ = deadline_;
  timer_.expires_at(armed_);
  timer_.async_wait([weak = weak_from_this()](const boost::system::error_code& error) {
    const auto self = weak.lock();
    if (self && !error) self->OnTimer();
  });
}

void LazyTimer::OnTimer() {
  // One that was set to an earlier time meanwhile may still have had its old call under way.
  if (Clock::now() < armed_) return;
  armed_ = kNever;
  if (deadline_ == kNever) return;
  if (Clock::now() < deadline_) return Arm();
  deadline_ = kNever;
  on_time_();
}

}  // namespace prow_coverage::http
