#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <unordered_map>

#include <boost/asio/any_io_executor.hpp>

#include "easy_pool.h"
#include "handles.h"
#include "lazy_timer.h"
#include "socket_watch.h"
#include "transfer.h"

namespace prow_coverage::http {

// Runs transfers on one libcurl multi handle whose sockets and time-outs an io_context waits for.
// Thread: one at a time, that of `executor`. Nothing calls into libcurl from within one of its
// callbacks, which libcurl forbids: whatever starts or ends an exchange is posted.
class MultiDriver : public std::enable_shared_from_this<MultiDriver> {
 public:
  [[nodiscard]] static std::shared_ptr<MultiDriver> Make(boost::asio::any_io_executor executor);
  ~MultiDriver();

  // Begins it when its turn comes: at most kMaxActive run at once, streams not counted. Its
  // time-out runs from there.
  void Start(std::shared_ptr<Transfer> transfer);

  // Ends it with `error`, soon.
  void Abort(const std::shared_ptr<Transfer>& transfer, Error error);

  // Ends everything with kCancelled; nothing can be started any more.
  void Shutdown();

 private:
  // Also the number of connections kept open. GitHub asks for no more than 100 calls at once.
  static constexpr std::size_t kMaxActive = 256;

  struct Running {
    std::shared_ptr<Transfer> transfer;
    std::shared_ptr<LazyTimer> silence;  // of a stream
  };

  explicit MultiDriver(boost::asio::any_io_executor executor);
  void Init();

  void Kick();
  void KickIfThereIsRoom();
  void BeginWaiting();
  [[nodiscard]] Result<void> Begin(const std::shared_ptr<Transfer>& transfer);
  [[nodiscard]] std::shared_ptr<LazyTimer> WatchSilence(const std::shared_ptr<Transfer>& transfer);
  void Act(curl_socket_t socket, int events);
  void Reap();
  void AbortNow(const std::shared_ptr<Transfer>& transfer, Error error);
  void Remove(CURL* easy);

  void SetSocket(curl_socket_t socket, int what);
  void SetTimer(long milliseconds);
  static int OnSocket(CURL*, curl_socket_t socket, int what, void* self, void*) noexcept;
  static int OnTimer(CURLM*, long milliseconds, void* self) noexcept;

  const boost::asio::any_io_executor executor_;
  EasyPool pool_;
  std::unordered_map<curl_socket_t, std::shared_ptr<SocketWatch>> watches_;
  std::shared_ptr<LazyTimer> timer_;
  MultiHandle multi_;
  std::deque<std::shared_ptr<Transfer>> waiting_;
  std::unordered_map<CURL*, Running> running_;
  std::size_t active_ = 0;
  bool kicked_ = false;
};

}  // namespace prow_coverage::http
