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

// RFC 1928, no authentication, CONNECT; wherever to, the target is the relay's own.
Task<bool> GreetSocks5(tcp::socket& client) {
  std::array<unsigned char, 512> said{};
  auto size = co_await client.async_read_some(asio::buffer(said), asio::use_awaitable);
  if (size < 3 || said[0] != 5) co_return false;
  const std::array<unsigned char, 2> no_authentication = {5, 0};
  co_await asio::async_write(client, asio::buffer(no_authentication), asio::use_awaitable);
  size = co_await client.async_read_some(asio::buffer(said), asio::use_awaitable);
  if (size < 10 || said[1] != 1) co_return false;
  const std::array<unsigned char, 10> connected = {5, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  co_await asio::async_write(client, asio::buffer(connected), asio::use_awaitable);
  co_return true;
}

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

// False when the client does not speak as one of a proxy of this kind.
Task<bool> Relay::Greet(Tcp::socket& client) {
  if (kind_ == Kind::kPlain) co_return true;
  if (kind_ == Kind::kSocks5Proxy) co_return co_await GreetSocks5(client);
  std::string head;
  co_await asio::async_read_until(client, asio::dynamic_buffer(head), "\r\n\r\n",
                                  asio::use_awaitable);
  const std::string established = "HTTP/1.1 200 Connection established\r\n\r\n";
  co_await asio::async_write(client, asio::buffer(established), asio::use_awaitable);
  co_return head.starts_with("CONNECT ");
}

// A connection ends with the exception of whichever side goes first.
Task<void> Relay::Lead(std::shared_ptr<Tcp::socket> client) {
  const bool greeted = co_await Greet(*client);
  if (!greeted) co_return;
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
