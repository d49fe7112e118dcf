#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"

namespace prow_coverage::server {

struct Reply {
  int status = 200;
  std::string content_type = "text/plain; charset=utf-8";
  std::string body;
  std::optional<std::chrono::seconds> retry_after;  // Retry-After, for 503
  std::string extra_header_name;                    // one more header field, e.g. "Link"; "" for none
  std::string extra_header_value;
};

// A request whose header has arrived and whose body may still be under way. Lives as long as the
// handler's coroutine.
class Request {
 public:
  virtual ~Request() = default;
  virtual std::string_view method() const = 0;
  virtual std::string_view path() const = 0;   // without the query
  virtual std::string_view query() const = 0;  // without the '?'
  virtual std::optional<std::string_view> header(std::string_view name) const = 0;

  // Reads the body; answers "100 Continue" first when the client waits for it. To be called at most
  // once, and not at all when the header alone decides: the server then closes the connection
  // after the answer without reading a large body to its end.
  // Errors: kTooLarge (over Options::max_body_bytes; nothing beyond it was read), kInvalidArgument
  // (broken chunking, cut off), kUnavailable (time-out).
  virtual Task<Result<std::string>> ReadBody() = 0;
};

// One row of the routing table. `path` matches exactly; "*" matches what no other row did. A row
// whose path matches and whose method does not leads to 405 with Allow, once no row fits.
struct Route {
  std::string method;  // "GET" also answers HEAD
  std::string path;
  std::function<Task<Reply>(Request&)> handle;
};

struct Options {
  std::string address = "0.0.0.0";
  std::uint16_t port = 0;  // 0: any free one
  std::size_t max_body_bytes = std::size_t{25} << 20;
  std::size_t max_header_bytes = std::size_t{64} << 10;
  std::size_t max_connections = 1024;  // over it: 503 and closed, or left in the backlog
  std::chrono::milliseconds header_timeout{10000};
  std::chrono::milliseconds body_timeout{30000};
  std::chrono::milliseconds idle_timeout{75000};  // between two requests of one connection
};

// An HTTP/1.1 server on the executor that it was made with: one thread at a time, no thread of its own.
class Server {
 public:
  virtual ~Server() = default;

  virtual std::uint16_t port() const = 0;
  virtual std::size_t connections() const = 0;

  // Closes the listener at once, so that nobody new is let in, and every idle connection; a request
  // that has begun is read to its end and answered with `Connection: close`. Ends when no connection
  // is left. Prow's hook retries a refused connection, but not one that was cut.
  virtual Task<void> Drain() = 0;

  // Cuts what is left. Idempotent.
  virtual void Close() = 0;
};

// Listens before it returns. A handler that throws leads to 500 and a log line; the connection and
// the server go on. `on_reply` (may be empty) sees the status of every answer, the server's own
// (400, 404, 405, 408, 413, 431, 503) included.
// Errors: kUnavailable naming address and port ("address already in use", "permission denied") and
// what to do; kInvalidArgument for an address that is none.
[[nodiscard]] Result<std::unique_ptr<Server>> Listen(boost::asio::any_io_executor executor,
                                                     Options options, std::vector<Route> routes,
                                                     Logger& logger,
                                                     std::function<void(int status)> on_reply = {});

}  // namespace prow_coverage::server
