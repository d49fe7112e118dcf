#include "socket_watch.h"

#include <utility>

#include <fcntl.h>
#include <unistd.h>

namespace prow_coverage::http {

SocketWatch::SocketWatch(const boost::asio::any_io_executor& executor, curl_socket_t socket,
                         OnReady on_ready)
    : socket_(socket), on_ready_(std::move(on_ready)), descriptor_(executor) {
  // Fails only when there are no descriptors left, or no memory for epoll; the exchange then runs
  // into its time-out.
  boost::system::error_code ignored;
  const int duplicate = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  descriptor_.assign(duplicate, ignored);
  if (ignored && duplicate >= 0) ::close(duplicate);
}

SocketWatch::~SocketWatch() { Release(); }

void SocketWatch::Want(int what) {
  read_.wanted = (what & CURL_POLL_IN) != 0;
  write_.wanted = (what & CURL_POLL_OUT) != 0;
  Wait(read_);
  Wait(write_);
}

void SocketWatch::Release() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

void SocketWatch::Wait(Direction& direction) {
  if (!direction.wanted || direction.waiting || !descriptor_.is_open()) return;
  direction.waiting = true;
  descriptor_.async_wait(direction.type, [self = shared_from_this(),
                                          &direction](const boost::system::error_code& error) {
    direction.waiting = false;
    if (!self->descriptor_.is_open()) return;
    if (direction.wanted)
      self->on_ready_(self->socket_, error ? CURL_CSELECT_ERR : direction.event);
    // libcurl tells what has changed, so what is still wanted is waited for once more.
    self->Wait(direction);
  });
}

}  // namespace prow_coverage::http
