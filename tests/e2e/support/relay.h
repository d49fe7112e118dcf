#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <thread>

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "prow_coverage/base/task.h"

namespace prow_coverage::e2e {

// A TCP relay on 127.0.0.1 to another port there, with a thread of its own: the network between a
// client and the API server, which can fall silent; or the proxy that a kubeconfig names.
class Relay {
 public:
  enum class Kind { kPlain, kConnectProxy, kSocks5Proxy };

  Relay(Kind kind, std::uint16_t target);
  ~Relay();
  Relay(const Relay&) = delete;
  Relay& operator=(const Relay&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  // Connections so far that were led through.
  [[nodiscard]] int connections() const { return connections_; }

  // While it is silent, connections stay open and nothing that the target says comes through.
  void Silence(bool silent) { silent_ = silent; }

 private:
  using Tcp = boost::asio::ip::tcp;

  Task<void> Accept();
  Task<bool> Greet(Tcp::socket& client);
  Task<void> Lead(std::shared_ptr<Tcp::socket> client);
  Task<void> Pump(std::shared_ptr<Tcp::socket> from, std::shared_ptr<Tcp::socket> to,
                  bool to_client);

  const Kind kind_;
  const std::uint16_t target_;
  boost::asio::io_context context_{1};
  Tcp::acceptor acceptor_;
  const std::uint16_t port_;
  // Counters and a flag that nothing else hangs on: any order will do.
  std::atomic<int> connections_ = 0;
  std::atomic<bool> silent_ = false;
  std::thread thread_;
};

}  // namespace prow_coverage::e2e
