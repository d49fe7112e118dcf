#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>

namespace prow_coverage::http {

// A timer for a deadline that mostly moves away before it is reached. Moving it later costs
// nothing: the timer beneath goes off at the old time and is then set anew. libcurl moves its
// deadline several times with each request, a stream with each piece of data.
class LazyTimer : public std::enable_shared_from_this<LazyTimer> {
 public:
  using Clock = std::chrono::steady_clock;

  LazyTimer(const boost::asio::any_io_executor& executor, std::function<void()> on_time);

  // Calls `on_time` once, at `deadline` or after it.
  void Set(Clock::time_point deadline);
  // Not at all; also when the time has come already and only the call is still to be made.
  void Clear();

 private:
  void Arm();
  void OnTimer();

  static constexpr Clock::time_point kNever = Clock::time_point::max();

  boost::asio::steady_timer timer_;
  const std::function<void()> on_time_;
  Clock::time_point deadline_ = kNever;
  Clock::time_point armed_ = kNever;
};

}  // namespace prow_coverage::http
