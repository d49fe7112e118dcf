#include "connection_set.h"

#include <algorithm>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

milliseconds SweepInterval(const Options& options) {
  const auto shortest =
      std::min({options.header_timeout, options.body_timeout, options.idle_timeout});
  return std::clamp(shortest / 8, milliseconds(1), milliseconds(250));
}

}  // namespace

ConnectionSet::ConnectionSet(Executor executor, const Options& options)
    : max_size_(std::max<std::size_t>(options.max_connections, 1)),
      sweep_interval_(SweepInterval(options)),
      sweep_timer_(executor),
      removal_(executor, Timer::time_point::max()) {}

void ConnectionSet::Add(Connection& connection) {
  connections_.insert(&connection);
  StartSweeping();
}

void ConnectionSet::Remove(Connection& connection) {
  connections_.erase(&connection);
  removal_.cancel();
  if (connections_.empty()) sweep_timer_.cancel();
}

Task<void> ConnectionSet::WaitForRemoval() {
  ErrorStatus cancelled;
  co_await removal_.async_wait(asio::redirect_error(asio::use_awaitable, cancelled));
}

Task<void> ConnectionSet::WaitForPlace() {
  while (full()) {
    crowded_ = true;
    StopLongestIdle();
    co_await WaitForRemoval();
  }
  crowded_ = false;
}

Task<void> ConnectionSet::WaitUntilEmpty() {
  while (!connections_.empty()) co_await WaitForRemoval();
}

void ConnectionSet::StopLongestIdle() {
  Connection* longest = nullptr;
  for (auto* connection : connections_) {
    if (!connection->idle()) continue;
    if (!longest || connection->idle_since() < longest->idle_since()) longest = connection;
  }
  if (longest) longest->Stop();
}

void ConnectionSet::StopIdle() {
  for (auto* connection : connections_) connection->Stop();
}

void ConnectionSet::AbortAll() {
  for (auto* connection : connections_) connection->Abort();
}

void ConnectionSet::StartSweeping() {
  if (sweeping_) return;
  sweeping_ = true;
  sweep_timer_.expires_after(sweep_interval_);
  sweep_timer_.async_wait([self = shared_from_this()](ErrorStatus) {
    self->sweeping_ = false;
    self->Sweep();
  });
}

void ConnectionSet::Sweep() {
  if (connections_.empty()) return;
  const auto now = Connection::Clock::now();
  for (auto* connection : connections_) connection->CheckDeadline(now);
  if (crowded_) removal_.cancel();  // another connection may be idle now
  StartSweeping();
}

}  // namespace prow_coverage::server
