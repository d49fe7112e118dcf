#include "listener.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fcntl.h>

#include "session.h"

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using namespace std::chrono_literals;

// Out of file descriptors or memory: accepting again at once would spin.
constexpr auto kPause = 100ms;

// A kubeconfig's exec plugin is a child process; it must not keep our port or a client's connection
// open. Asio does not set the flag.
template <class AnySocket>
void SetCloseOnExec(AnySocket& socket) {
  ::fcntl(socket.native_handle(), F_SETFD, FD_CLOEXEC);
}

ErrorStatus OpenAcceptor(Acceptor& acceptor, const tcp::endpoint& endpoint) {
  ErrorStatus ec;
  acceptor.open(endpoint.protocol(), ec);
  if (ec) return ec;
  SetCloseOnExec(acceptor);
  acceptor.set_option(Acceptor::reuse_address(true), ec);
  if (!ec && endpoint.address().is_v6()) acceptor.set_option(asio::ip::v6_only(false), ec);
  if (!ec) acceptor.bind(endpoint, ec);
  if (!ec) acceptor.listen(Acceptor::max_listen_connections, ec);
  if (!ec) acceptor.non_blocking(true, ec);
  return ec;
}

std::string WhatToDo(const ErrorStatus& ec) {
  if (ec == asio::error::address_in_use) {
    return "another process listens there; stop it or choose another port";
  }
  if (ec == asio::error::access_denied) {
    return "ports below 1024 need CAP_NET_BIND_SERVICE; choose a higher one";
  }
  return "choose an address of this machine, or 0.0.0.0 for all of them";
}

Error CannotListen(const Options& options, const ErrorStatus& ec) {
  return {ErrorCode::kUnavailable,
          "cannot listen on address " + options.address + ", port " + std::to_string(options.port) +
              ": " + ec.message() + "; " + WhatToDo(ec),
          {}};
}

}  // namespace

Result<std::shared_ptr<Listener>> Listener::Open(std::shared_ptr<ServerContext> context) {
  const auto& options = context->options;
  ErrorStatus ec;
  const auto address = asio::ip::make_address(options.address, ec);
  if (ec) {
    return Error{ErrorCode::kInvalidArgument,
                 "cannot listen on \"" + options.address + "\": not an IP address, e.g. 0.0.0.0",
                 {}};
  }
  Acceptor acceptor(context->executor);
  ec = OpenAcceptor(acceptor, {address, options.port});
  if (ec) return CannotListen(options, ec);
  return std::make_shared<Listener>(std::move(context), std::move(acceptor));
}

Listener::Listener(std::shared_ptr<ServerContext> context, Acceptor acceptor)
    : context_(std::move(context)), acceptor_(std::move(acceptor)), pause_(context_->executor) {
  ErrorStatus ignored;
  port_ = acceptor_.local_endpoint(ignored).port();
}

void Listener::Start() {
  asio::co_spawn(context_->executor, Run(), [self = shared_from_this()](std::exception_ptr) {});
}

Task<void> Listener::Run() {
  while (acceptor_.is_open()) {
    ErrorStatus ec;
    co_await acceptor_.async_wait(Acceptor::wait_read,
                                  asio::redirect_error(asio::use_awaitable, ec));
    co_await context_->connections->WaitForPlace();
    if (!ec) ec = AcceptPending();
    if (ec && acceptor_.is_open()) co_await Pause(ec);
  }
}

ErrorStatus Listener::AcceptPending() {
  while (acceptor_.is_open() && !context_->connections->full()) {
    const auto ec = AcceptOne();
    if (ec == asio::error::would_block) break;
    if (ec && ec != asio::error::connection_aborted) return ec;
  }
  return {};
}

ErrorStatus Listener::AcceptOne() {
  ErrorStatus ec;
  Socket socket(context_->executor);
  acceptor_.accept(socket, ec);
  if (ec) return ec;
  reported_ = {};
  SetCloseOnExec(socket);
  ErrorStatus gone_already;  // then the session's first read says so
  socket.non_blocking(true, gone_already);
  socket.set_option(tcp::no_delay(true), gone_already);
  StartSession(context_, std::move(socket));
  return {};
}

Task<void> Listener::Pause(ErrorStatus reason) {
  if (reason != reported_) {
    context_->logger.Error("cannot accept connections, trying again",
                           {{"port", port_}, {"error", reason.message()}});
  }
  reported_ = reason;
  context_->connections->StopLongestIdle();  // gives a descriptor back
  pause_.expires_after(kPause);
  co_await pause_.async_wait(asio::redirect_error(asio::use_awaitable, reason));
}

void Listener::Close() {
  ErrorStatus ignored;
  acceptor_.close(ignored);
  pause_.cancel();
}

}  // namespace prow_coverage::server
