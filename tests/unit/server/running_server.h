#pragma once

#include <functional>
#include <future>
#include <memory>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include "prow_coverage/base/mutex.h"
#include "prow_coverage/server/server.h"

#include "support/fake_clock.h"
#include "support/raw_http_client.h"
#include "support/recording_logger.h"

namespace prow_coverage::server {

inline constexpr std::string_view kGetHello = "GET /hello HTTP/1.1\r\nHost: h\r\n\r\n";

using prow_coverage::testing::RawHttpClient;

// A server with a few routes on a thread of its own, so that a test can talk to it with blocking
// sockets:
//   GET /hello    "hello"
//   GET /where    path|query
//   POST /echo    the body, or what ReplyToBodyError makes of its error
//   POST /ignore  "ignored", without reading the body
//   GET /held     "held", after Release
//   GET /throw    throws
//   GET /stream   "one", "two", "", "three" as a stream
//   GET /torn     a stream that throws after its first piece
//   GET /ticks    a stream of long "tick--" until Write fails
//   GET /empty    204
class RunningServer {
 public:
  explicit RunningServer(Options options = LocalOptions());
  ~RunningServer();
  RunningServer(const RunningServer&) = delete;
  RunningServer& operator=(const RunningServer&) = delete;

  static Options LocalOptions();

  std::uint16_t port() const { return port_; }
  testing::RecordingLogger& logger() { return logger_; }
  std::vector<int> statuses() const;

  // Runs `work` on the server's thread and waits for it.
  void Run(const std::function<void(Server&)>& work);
  std::size_t Connections();

  // Waits until `count` handlers of /held have begun.
  void AwaitHeld(int count);
  void Release();

  // Ends when no connection is left.
  std::future<void> Drain();

  // True once the stream of /ticks has ended.
  bool AwaitTicksEnded();

 private:
  std::vector<Route> Routes();
  Task<Reply> Hold();
  Task<void> Tick(BodyWriter& writer);

  boost::asio::io_context context_;
  testing::FakeClock clock_;
  testing::RecordingLogger logger_;
  boost::asio::steady_timer gate_{context_, boost::asio::steady_timer::time_point::max()};
  mutable Mutex mutex_;
  std::vector<int> statuses_ GUARDED_BY(mutex_);
  int held_ = 0;
  std::promise<void> ticks_ended_;
  std::unique_ptr<Server> server_;
  std::uint16_t port_ = 0;
  std::thread thread_;
};

}  // namespace prow_coverage::server
