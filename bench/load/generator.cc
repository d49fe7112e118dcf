#include "generator.h"

#include <algorithm>
#include <charconv>
#include <exception>
#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include "prow_coverage/base/task.h"

namespace prow_coverage::bench {
namespace {

namespace asio = boost::asio;
using asio::use_awaitable;
using asio::ip::tcp;

// The number after `name` in an answer's header.
std::size_t HeaderNumber(std::string_view name, std::string_view header) {
  const auto at = header.find(name);
  std::size_t number = 0;
  if (at == std::string_view::npos) throw std::runtime_error("no answer: " + std::string(header));
  const char* const digits = header.data() + at + name.size();
  std::from_chars(digits, header.data() + header.size(), number);
  return number;
}

class Generator {
 public:
  Generator(const Deliveries& deliveries, const Pace& pace)
      : deliveries_(deliveries), pace_(pace) {}

  Outcome Run(std::uint16_t port) {
    start_ = std::chrono::steady_clock::now();
    for (std::size_t i = 0; i < pace_.connections; ++i) {
      asio::co_spawn(io_, Serve(port), [](std::exception_ptr thrown) {
        if (thrown) std::rethrow_exception(thrown);
      });
    }
    io_.run();
    outcome_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start_).count();
    std::sort(outcome_.milliseconds.begin(), outcome_.milliseconds.end());
    return std::move(outcome_);
  }

 private:
  // One connection: takes the next delivery until none is left.
  Task<void> Serve(std::uint16_t port) {
    tcp::socket socket(io_);
    const tcp::endpoint daemon(asio::ip::address_v4::loopback(), port);
    co_await socket.async_connect(daemon, use_awaitable);
    socket.set_option(tcp::no_delay(true));
    std::string request;
    std::string answer;
    while (next_ < deliveries_.size()) {
      const std::size_t index = next_++;
      deliveries_.Write(index, request);
      const auto began = co_await Due(index);
      co_await asio::async_write(socket, asio::buffer(request), use_awaitable);
      co_await Read(socket, answer);
      Note(answer, began);
    }
  }

  Task<std::chrono::steady_clock::time_point> Due(std::size_t index) {
    if (pace_.rate == 0) co_return std::chrono::steady_clock::now();
    const std::chrono::duration<double> after(static_cast<double>(index) / pace_.rate);
    const auto due =
        start_ + std::chrono::duration_cast<std::chrono::steady_clock::duration>(after);
    if (std::chrono::steady_clock::now() < due) {
      asio::steady_timer timer(io_, due);
      co_await timer.async_wait(use_awaitable);
    }
    co_return due;
  }

  static Task<void> Read(tcp::socket& socket, std::string& answer) {
    char bytes[4096];
    answer.clear();
    std::size_t whole = 0;
    while (whole == 0 || answer.size() < whole) {
      const auto size = co_await socket.async_read_some(asio::buffer(bytes), use_awaitable);
      answer.append(bytes, size);
      const auto end = answer.find("\r\n\r\n");
      if (end != std::string::npos) whole = end + 4 + HeaderNumber("Content-Length: ", answer);
    }
  }

  void Note(const std::string& answer, std::chrono::steady_clock::time_point began) {
    ++outcome_.statuses[static_cast<int>(HeaderNumber("HTTP/1.1 ", answer))];
    const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - began;
    outcome_.milliseconds.push_back(took.count());
  }

  const Deliveries& deliveries_;
  const Pace pace_;
  asio::io_context io_{1};
  std::chrono::steady_clock::time_point start_;
  std::size_t next_ = 0;
  Outcome outcome_;
};

}  // namespace

double Outcome::per_second() const { return static_cast<double>(milliseconds.size()) / seconds; }

double Outcome::percentile(double p) const {
  if (milliseconds.empty()) return 0;
  const auto last = static_cast<double>(milliseconds.size() - 1);
  return milliseconds[static_cast<std::size_t>(p * last)];
}

Outcome Send(std::uint16_t port, const Deliveries& deliveries, const Pace& pace) {
  return Generator(deliveries, pace).Run(port);
}

}  // namespace prow_coverage::bench
