#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "prow_coverage/base/mutex.h"

namespace prow_coverage::testing {

// What a TinyHttpServer has been asked.
struct TinyRequest {
  int connection = 0;  // 1 for the first that was accepted, and so on
  std::string method;
  std::string target;
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

// What it does about it: sends the pieces, waiting `pause` before each, and then goes on, closes
// the connection, or stays silent. The pieces are raw bytes: an answer may be as broken as a test
// needs.
struct TinyAnswer {
  enum class Then { kKeepAlive, kClose, kHang };

  std::vector<std::string> pieces;
  Then then = Then::kKeepAlive;
  std::chrono::milliseconds pause{0};

  static TinyAnswer Of(int status, const std::string& body, const std::string& header_lines = "") {
    return {{"HTTP/1.1 " + std::to_string(status) + " Status\r\nContent-Length: " +
             std::to_string(body.size()) + "\r\n" + header_lines + "\r\n" + body}};
  }
};

// A scripted HTTP/1.1 server on 127.0.0.1 with a thread of its own, for tests of clients. It
// understands requests with a Content-Length or without a body. `answer` runs on its thread.
class TinyHttpServer {
 public:
  using Tcp = boost::asio::ip::tcp;
  using Answerer = std::function<TinyAnswer(const TinyRequest&)>;

  explicit TinyHttpServer(Answerer answer) : TinyHttpServer(std::move(answer), nullptr) {}

  virtual ~TinyHttpServer() {
    context_.stop();
    thread_.join();
  }
  TinyHttpServer(const TinyHttpServer&) = delete;
  TinyHttpServer& operator=(const TinyHttpServer&) = delete;

  std::uint16_t port() const { return port_; }
  std::string Url(const std::string& path) const {
    return "http://127.0.0.1:" + std::to_string(port_) + path;
  }

  std::vector<TinyRequest> requests() const {
    const MutexLock lock(mutex_);
    return requests_;
  }
  int connections() const {
    const MutexLock lock(mutex_);
    return connections_;
  }

 protected:
  template <class T>
  using Task = boost::asio::awaitable<T>;
  using Session = std::function<Task<void>(TinyHttpServer&, Tcp::socket, int connection)>;

  // `session` speaks on an accepted socket in place of Serve; empty for Serve.
  TinyHttpServer(Answerer answer, Session session)
      : answer_(std::move(answer)),
        session_(std::move(session)),
        acceptor_(context_, Tcp::endpoint(boost::asio::ip::address_v4::loopback(), 0)),
        port_(acceptor_.local_endpoint().port()) {
    boost::asio::co_spawn(context_, Accept(), boost::asio::detached);
    thread_ = std::thread([this] { context_.run(); });
  }

  // Answers requests until the peer or the script closes.
  template <class Stream>
  Task<void> Serve(Stream& stream, int connection) {
    std::string buffer;
    for (;;) {
      const std::size_t header_size = co_await boost::asio::async_read_until(
          stream, boost::asio::dynamic_buffer(buffer), "\r\n\r\n", boost::asio::use_awaitable);
      TinyRequest request = ParseHeader(buffer.substr(0, header_size), connection);
      buffer.erase(0, header_size);
      const std::size_t size = BodySize(request);
      if (size > buffer.size()) {
        co_await boost::asio::async_read(stream, boost::asio::dynamic_buffer(buffer),
                                         boost::asio::transfer_exactly(size - buffer.size()),
                                         boost::asio::use_awaitable);
      }
      request.body = buffer.substr(0, size);
      buffer.erase(0, size);
      Record(request);
      const TinyAnswer answer = answer_(request);
      co_await Send(stream, answer);
      if (answer.then == TinyAnswer::Then::kClose) co_return;
    }
  }

 private:
  Task<void> Accept() {
    for (;;) {
      Tcp::socket socket = co_await acceptor_.async_accept(boost::asio::use_awaitable);
      const int connection = NextConnection();
      if (session_) {
        boost::asio::co_spawn(context_, session_(*this, std::move(socket), connection),
                              boost::asio::detached);
      } else {
        boost::asio::co_spawn(context_, ServePlain(std::move(socket), connection),
                              boost::asio::detached);
      }
    }
  }

  Task<void> ServePlain(Tcp::socket socket, int connection) { co_await Serve(socket, connection); }

  template <class Stream>
  Task<void> Send(Stream& stream, const TinyAnswer& answer) {
    boost::asio::steady_timer timer(context_);
    for (const std::string& piece : answer.pieces) {
      timer.expires_after(answer.pause);
      co_await timer.async_wait(boost::asio::use_awaitable);
      co_await boost::asio::async_write(stream, boost::asio::buffer(piece),
                                        boost::asio::use_awaitable);
    }
    if (answer.then == TinyAnswer::Then::kHang) {
      timer.expires_at(boost::asio::steady_timer::time_point::max());
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }

  static std::size_t BodySize(const TinyRequest& request) {
    const auto length = request.headers.find("content-length");
    return length == request.headers.end() ? 0 : std::stoul(length->second);
  }

  static TinyRequest ParseHeader(const std::string& text, int connection) {
    TinyRequest request;
    request.connection = connection;
    const auto first_space = text.find(' ');
    const auto second_space = text.find(' ', first_space + 1);
    request.method = text.substr(0, first_space);
    request.target = text.substr(first_space + 1, second_space - first_space - 1);
    for (auto line = text.find("\r\n") + 2; line + 2 < text.size();) {
      const auto end = text.find("\r\n", line);
      const auto colon = text.find(':', line);
      std::string name = text.substr(line, colon - line);
      std::transform(name.begin(), name.end(), name.begin(),
                     [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
      const auto value = std::min(end, text.find_first_not_of(' ', colon + 1));
      request.headers[name] = text.substr(value, end - value);
      line = end + 2;
    }
    return request;
  }

  void Record(const TinyRequest& request) {
    const MutexLock lock(mutex_);
    requests_.push_back(request);
  }

  int NextConnection() {
    const MutexLock lock(mutex_);
    return ++connections_;
  }

  const Answerer answer_;
  const Session session_;
  boost::asio::io_context context_{1};
  Tcp::acceptor acceptor_;
  const std::uint16_t port_;
  mutable Mutex mutex_;
  std::vector<TinyRequest> requests_ GUARDED_BY(mutex_);
  int connections_ GUARDED_BY(mutex_) = 0;
  std::thread thread_;
};

}  // namespace prow_coverage::testing
