#pragma once

#include <cerrno>
#include <charconv>
#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>

#include <arpa/inet.h>
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace prow_coverage::testing {

// A TCP client for tests of an HTTP server: sends exactly the bytes that it is told to, in the
// pieces that it is told to, and reads answers. Blocks; every read and write throws after the
// deadline, so that a server that does not answer fails a test instead of stopping it.
class RawHttpClient {
 public:
  explicit RawHttpClient(std::uint16_t port, const char* address = "127.0.0.1",
                         std::chrono::seconds deadline = std::chrono::seconds(10))
      : deadline_(std::chrono::steady_clock::now() + deadline) {
    if (!Connect(port, address)) throw std::runtime_error("connect failed");
  }
  ~RawHttpClient() { ::close(fd_); }
  RawHttpClient(const RawHttpClient&) = delete;
  RawHttpClient& operator=(const RawHttpClient&) = delete;

  static bool Refused(std::uint16_t port) {
    try {
      const RawHttpClient client(port);
      return false;
    } catch (const std::runtime_error&) {
      return true;
    }
  }

  // False when the server does not take it (any more).
  bool Send(std::string_view bytes) {
    while (!bytes.empty()) {
      Await(POLLOUT);
      const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno == EAGAIN) continue;
      if (sent < 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void ShutdownSend() { ::shutdown(fd_, SHUT_WR); }

  // Everything up to the end of the connection.
  std::string ReadUntilClose() {
    while (Receive()) {
    }
    return std::exchange(input_, {});
  }

  // True when nothing more arrives and the server has closed.
  bool Closed() { return ReadUntilClose().empty(); }

  // Up to and with `mark`. Throws when the connection ends before.
  std::string ReadUntil(std::string_view mark) {
    std::size_t at = 0;
    while ((at = input_.find(mark)) == std::string::npos) ReceiveMore();
    return Take(at + mark.size());
  }

  // One answer, header and body (of a Content-Length; a HEAD answer is read with ReadUntil).
  std::string ReadResponse() {
    auto response = ReadUntil("\r\n\r\n");
    const auto length = ContentLength(response);
    while (input_.size() < length) ReceiveMore();
    return response + Take(length);
  }

  std::string Exchange(std::string_view request) {
    Send(request);
    return ReadResponse();
  }

 private:
  bool Connect(std::uint16_t port, const char* address) {
    addrinfo hints{};
    hints.ai_flags = AI_NUMERICHOST | AI_NUMERICSERV;
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(address, std::to_string(port).c_str(), &hints, &found) != 0) return false;
    fd_ = ::socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
    const bool connected = ::connect(fd_, found->ai_addr, found->ai_addrlen) == 0;
    ::freeaddrinfo(found);
    if (!connected) ::close(fd_);
    return connected;
  }

  void Await(short event) const {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
        deadline_ - std::chrono::steady_clock::now());
    pollfd wanted{fd_, event, 0};
    if (left.count() <= 0 || ::poll(&wanted, 1, static_cast<int>(left.count())) == 0) {
      throw std::runtime_error("no answer before the deadline; so far: " + input_);
    }
  }

  // False at the end of the connection, however it ended.
  bool Receive() {
    Await(POLLIN);
    char bytes[16384];
    const auto size = ::recv(fd_, bytes, sizeof bytes, 0);
    if (size <= 0) return false;
    input_.append(bytes, static_cast<std::size_t>(size));
    return true;
  }

  void ReceiveMore() {
    if (!Receive()) throw std::runtime_error("closed within an answer: " + input_);
  }

  std::string Take(std::size_t size) {
    auto taken = input_.substr(0, size);
    input_.erase(0, size);
    return taken;
  }

  static std::size_t ContentLength(std::string_view head) {
    constexpr std::string_view kName = "Content-Length: ";
    const auto at = head.find(kName);
    std::size_t length = 0;
    if (at != std::string_view::npos) {
      head.remove_prefix(at + kName.size());
      std::from_chars(head.data(), head.data() + head.size(), length);
    }
    return length;
  }

  const std::chrono::steady_clock::time_point deadline_;
  int fd_ = -1;
  std::string input_;
};

}  // namespace prow_coverage::testing
