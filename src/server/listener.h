#pragma once

#include <cstdint>
#include <memory>

#include <boost/asio/basic_socket_acceptor.hpp>

#include "prow_coverage/base/error.h"

#include "server_context.h"

namespace prow_coverage::server {

using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;

// The listening socket of a server: starts a session for every connection that there is a place
// for.
class Listener : public std::enable_shared_from_this<Listener> {
 public:
  // Errors: those of Listen.
  [[nodiscard]] static Result<std::shared_ptr<Listener>> Open(
      std::shared_ptr<ServerContext> context);

  Listener(std::shared_ptr<ServerContext> context, Acceptor acceptor);

  std::uint16_t port() const { return port_; }

  // Accepts in a coroutine of its own until Close.
  void Start();

  // Starts sessions for the connections that the kernel has completed already, which Close would
  // cut, as far as there are places. Errors: those that will not go away at once.
  ErrorStatus AcceptPending();
  void Close();

 private:
  Task<void> Run();
  ErrorStatus AcceptOne();
  Task<void> Pause(ErrorStatus reason);

  std::shared_ptr<ServerContext> context_;
  Acceptor acceptor_;
  std::uint16_t port_ = 0;
  Timer pause_;
  ErrorStatus reported_;  // the accept error that the log knows of
};

}  // namespace prow_coverage::server
