#include "support/relay.h"

#include <array>
#include <string>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace prow_coverage::e2e {
namespace {

namespace asio = boost::asio;

using asio::ip::tcp;

tcp::endpoint Loopback(std::uint16_t port) { return {asio::ip::address_v4::loopback(), port}; }

}  // namespace

Relay::Relay(Kind kind, std::uint16_t target)
    : kind_(kind),
      target_(target),
      acceptor_(context_, Loopback(0)),
      port_(acceptor_.local_endpoint().port()),
      thread_([this] {
        asio::co_spawn(context_, Accept(), asio::detached);
        context_.run();
      }) {}

Relay::~Relay() {
  context_.stop();
  thread_.join();
}

Task<void> Relay::Accept() {
  while (true) {
    auto client =
        std::make_shared<Tcp::socket>(co_await acceptor_.async_accept(asio::use_awaitable));
    asio::co_spawn(context_, Lead(std::move(client)), asio::detached);
  }
}

// A connection ends with the exception of whichever side goes first.
Task<void> Relay::Lead(std::shared_ptr<Tcp::socket> client) {
  if (kind_ == Kind::kConnectProxy) {
    std::string head;
    co_await asio::async_read_until(*client, asio::dynamic_buffer(head), "\r\n\r\n",
                                    asio::use_awaitable);
    if (!head.starts_with("CONNECT ")) co_return;
    const std::string established = "HTTP/1.1 200 Connection established\r\n\r\n";
    co_await asio::async_write(*client, asio::buffer(established), asio::use_awaitable);
  }
  auto server = std::make_shared<Tcp::socket>(context_);
  co_await server->async_connect(Loopback(target_), asio::use_awaitable);
  ++connections_;
  asio::co_spawn(context_, Pump(client, server, false), asio::detached);
  asio::co_spawn(context_, Pump(server, client, true), asio::detached);
}

Task<void> Relay::Pump(std::shared_ptr<Tcp::socket> from, std::shared_ptr<Tcp::socket> to,
                       bool to_client) {
  std::array<char, 16384> buffer;
  asio::steady_timer timer(context_);
  while (true) {
    boost::system::error_code error;
    const auto size = co_await from->async_read_some(
        asio::buffer(buffer), asio::redirect_error(asio::use_awaitable, error));
    while (to_client && silent_) {
      timer.expires_after(std::chrono::milliseconds(20));
      co_await timer.async_wait(asio::use_awaitable);
    }
    if (!error) {
      co_await asio::async_write(*to, asio::buffer(buffer, size),
                                 asio::redirect_error(asio::use_awaitable, error));
    }
    if (!error) continue;
    to->close(error);
    from->close(error);
    co_return;
  }
}

}  // namespace prow_coverage::e2e
