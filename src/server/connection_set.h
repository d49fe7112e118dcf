#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <unordered_set>

#include <boost/asio/basic_waitable_timer.hpp>

#include "prow_coverage/server/server.h"

#include "connection.h"

namespace prow_coverage::server {

using Timer = boost::asio::basic_waitable_timer<
    std::chrono::steady_clock, boost::asio::wait_traits<std::chrono::steady_clock>, Executor>;

// The open connections of a server: bounds their number, enforces their deadlines, ends them. Does
// not own them. Its one timer runs only while there is a connection.
class ConnectionSet : public std::enable_shared_from_this<ConnectionSet> {
 public:
  ConnectionSet(Executor executor, const Options& options);

  std::size_t size() const { return connections_.size(); }
  bool full() const { return connections_.size() >= max_size_; }

  // True while somebody waits for a place: then no connection should be kept for a next request.
  bool crowded() const { return crowded_; }

  void Add(Connection& connection);
  void Remove(Connection& connection);

  // Ends when there is a place; stops the connection that has been idle longest to make one.
  Task<void> WaitForPlace();
  Task<void> WaitUntilEmpty();

  void StopLongestIdle();
  void StopIdle();
  void AbortAll();

 private:
  Task<void> WaitForRemoval();
  void StartSweeping();
  void Sweep();

  const std::size_t max_size_;
  const std::chrono::milliseconds sweep_interval_;
  std::unordered_set<Connection*> connections_;
  bool crowded_ = false;
  bool sweeping_ = false;
  Timer sweep_timer_;
  Timer removal_;  // never expires; cancelled to wake who waits for a removal
};

}  // namespace prow_coverage::server
