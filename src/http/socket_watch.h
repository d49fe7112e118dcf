#pragma once

#include <functional>
#include <memory>

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <curl/curl.h>

namespace prow_coverage::http {

// Waits for one of libcurl's sockets, on a duplicate of its descriptor: libcurl 7.88 closes a
// socket that was still connecting before it says that the socket is no longer of interest, when
// its number may already be another thread's.
class SocketWatch : public std::enable_shared_from_this<SocketWatch> {
 public:
  // `on_ready` gets CURL_CSELECT_IN, _OUT or _ERR; never after Release.
  using OnReady = std::function<void(curl_socket_t socket, int events)>;

  SocketWatch(const boost::asio::any_io_executor& executor, curl_socket_t socket, OnReady on_ready);
  ~SocketWatch();
  SocketWatch(const SocketWatch&) = delete;
  SocketWatch& operator=(const SocketWatch&) = delete;

  // From now on, until told otherwise, waits for `what`: CURL_POLL_IN, _OUT, _INOUT, _NONE.
  void Want(int what);
  void Release();

 private:
  struct Direction {
    boost::asio::posix::stream_descriptor::wait_type type;
    int event;
    bool wanted = false;
    bool waiting = false;
  };

  void Wait(Direction& direction);

  const curl_socket_t socket_;
  const OnReady on_ready_;
  boost::asio::posix::stream_descriptor descriptor_;
  Direction read_{boost::asio::posix::stream_descriptor::wait_read, CURL_CSELECT_IN};
  Direction write_{boost::asio::posix::stream_descriptor::wait_write, CURL_CSELECT_OUT};
};

}  // namespace prow_coverage::http
