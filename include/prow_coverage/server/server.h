#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <boost/asio/io_context.hpp>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"

namespace prow_coverage::server {

// The body of an answer whose length is not known beforehand, piece by piece.
class BodyWriter {
 public:
  virtual ~BodyWriter() = default;

  // Ends when the kernel has taken the data. Errors: kCancelled (the peer went away, takes nothing
  // for Options::body_timeout, or the server closes); nothing more can be written then.
  virtual Task<Result<void>> Write(std::string data) = 0;
};

struct HeaderField {
  std::string name;
  std::string value;  // control characters become spaces
};

struct Reply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::optional<std::chrono::seconds> retry_after;  // Retry-After, for 503
  std::vector<HeaderField> headers;                 // further ones, e.g. Link

  // When set, writes the body in place of `body` (chunked for HTTP/1.1); not called for HEAD. The
  // body ends when it returns. When it throws, the connection is cut, so that the client sees that
  // the body is not whole.
  std::function<Task<void>(BodyWriter&)> stream;
};

// A request whose header has arrived and whose body may still be under way. Lives as long as the
// handler's coroutine.
class Request {
 public:
  virtual ~Request() = default;
  virtual std::string_view method() const = 0;
  virtual std::string_view path() const = 0;   // as sent: percent-encoded, without the query
  virtual std::string_view query() const = 0;  // as sent, without the '?'

  // The first field of that name (any case), white space at the ends removed.
  virtual std::optional<std::string_view> header(std::string_view name) const = 0;

  // Reads the body; answers "100 Continue" first when the client waits for it. To be called at most
  // once, and not at all when the header alone decides: the server then closes the connection
  // after the answer without reading a large body to its end.
  // Errors: kTooLarge (over Options::max_body_bytes; nothing beyond it was read), kInvalidArgument
  // (broken chunking, cut off), kUnavailable (time-out), kRateLimited (over
  // Options::max_total_body_bytes), kCancelled (the server closes).
  virtual Task<Result<std::string>> ReadBody() = 0;
};

// The answer that fits an error of ReadBody: 413, 400, 408 or 503 + Retry-After, with its text.
[[nodiscard]] Reply ReplyToBodyError(const Error& error);

// One row of the routing table. `path` matches exactly; "*" matches what no other row did. A row
// whose path matches and whose method does not leads to 405 with Allow, once no row fits.
struct Route {
  std::string method;  // "GET" also answers HEAD
  std::string path;
  std::function<Task<Reply>(Request&)> handle;
};

struct Options {
  std::string address = "0.0.0.0";  // "::" for IPv6 and IPv4
  std::uint16_t port = 0;           // 0: any free one
  std::size_t max_body_bytes = std::size_t{25} << 20;
  std::size_t max_total_body_bytes = std::size_t{256} << 20;  // of all requests at a time
  std::size_t max_header_bytes = std::size_t{64} << 10;

  // When it is reached, the connection that has been idle longest makes room. When none is idle,
  // new ones wait in the kernel's backlog, and each answer ends its connection. Not a 503: Prow's
  // hook waits without a time-out, but drops the event at any answer that is not 2xx.
  std::size_t max_connections = 1024;

  // Each is for the whole of its part, so that a byte now and then does not hold a connection.
  // They may end late by a quarter of a second, and by an eighth of the smallest.
  std::chrono::milliseconds header_timeout{10000};  // from its first byte, or from the connect
  std::chrono::milliseconds body_timeout{30000};    // also to take (a piece of) an answer
  std::chrono::milliseconds idle_timeout{75000};    // between two requests of one connection
};

// An HTTP/1.1 server on the io_context that it was made with: one thread at a time, no thread of
// its own. Destruction closes it; the coroutines of cut connections end when the io_context runs
// next or is destroyed, and what the handlers refer to must live until then (Close(), then
// Drain()).
class Server {
 public:
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  virtual std::size_t connections() const = 0;

  // Closes the listener at once, so that nobody new is let in, and every idle connection; a request
  // that has begun is read to its end and answered with `Connection: close`. Ends when no
  // connection is left. Prow's hook retries a refused connection, but not one that was cut.
  virtual Task<void> Drain() = 0;

  // Cuts what is left and cancels the handlers' coroutines. Idempotent.
  virtual void Close() = 0;
};

// Listens before it returns. A handler that throws leads to 500 and a log line and ends its
// connection; the server goes on. `on_reply` (may be empty) sees the status of every answer, the
// server's own (400, 404, 405, 408, 413, 431, 501) included. `clock` (of the Date header) and
// `logger` outlive the connections.
// Errors: kUnavailable naming address and port ("address already in use", "permission denied") and
// what to do; kInvalidArgument for an address that is none.
[[nodiscard]] Result<std::unique_ptr<Server>> Listen(
    boost::asio::io_context::executor_type executor, Options options, std::vector<Route> routes,
    const Clock& clock, Logger& logger, std::function<void(int status)> on_reply = {});

}  // namespace prow_coverage::server
