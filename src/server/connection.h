#pragma once

#include <array>
#include <chrono>
#include <string_view>

#include <boost/asio/basic_stream_socket.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>

#include "prow_coverage/base/task.h"

namespace prow_coverage::server {

using Executor = boost::asio::io_context::executor_type;
using Socket = boost::asio::basic_stream_socket<boost::asio::ip::tcp, Executor>;
using ErrorStatus = boost::system::error_code;

// One client's socket, the input that nobody has parsed yet, and the time until which it may be
// waited for. Knows bytes, not HTTP.
//
// A wait is for readiness, and the buffer is there only afterwards: an idle connection holds none.
// The deadline is a number that ConnectionSet looks at now and then; a timer of its own would be
// moved twice for each request.
class Connection {
 public:
  using Clock = std::chrono::steady_clock;
  using Pieces = std::array<boost::asio::const_buffer, 3>;

  explicit Connection(Socket socket) : socket_(std::move(socket)) {}

  // Waits for input and appends it to the buffer. Errors: eof; timed_out (the deadline);
  // operation_aborted (Stop, Abort); connection_reset and the like.
  Task<ErrorStatus> Fill();

  // Sends all of it; waits up to `patience` altogether for a client that does not take it. The
  // deadline is another one afterwards.
  Task<ErrorStatus> Write(Pieces pieces, Clock::duration patience);

  // Sends FIN, and reads away, for up to `patience`, what the client still sends. To close a socket
  // with input unread would send RST, which destroys an answer still under way to the client.
  Task<void> Linger(Clock::duration patience);

  std::string_view input() const {
    return {static_cast<const char*>(buffer_.data().data()), buffer_.size()};
  }
  void Consume(std::size_t size) { buffer_.consume(size); }
  void ReleaseBuffer();

  void SetDeadline(Clock::duration from_now);

  // True while no byte of a request has arrived; `idle_since` tells how long.
  bool idle() const { return idle_; }
  Clock::time_point idle_since() const { return idle_since_; }
  void SetIdle(bool idle);

  // The rest is called from outside of the connection's coroutine, on its thread.

  // Ends a wait whose deadline has passed.
  void CheckDeadline(Clock::time_point now);

  // Ends the wait of an idle connection; input that is there by then is still delivered.
  void Stop();

  // Closes the socket and cancels the coroutine.
  void Abort();
  bool aborted() const { return interruption_ == Interruption::kAbort; }

  boost::asio::cancellation_slot cancellation_slot() { return cancellation_.slot(); }

 private:
  enum class Interruption { kNone, kStop, kTimeout, kAbort };

  Task<ErrorStatus> Wait(Socket::wait_type type);
  ErrorStatus Read();

  Socket socket_;
  boost::beast::flat_buffer buffer_;
  Clock::time_point deadline_ = Clock::time_point::max();
  Clock::time_point idle_since_{};
  bool idle_ = false;
  bool waiting_ = false;
  Interruption interruption_ = Interruption::kNone;
  boost::asio::cancellation_signal cancellation_;
};

}  // namespace prow_coverage::server
