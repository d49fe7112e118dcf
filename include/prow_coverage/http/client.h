#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <boost/asio/any_io_executor.hpp>

#include "prow_coverage/base/error.h"
#include "prow_coverage/base/task.h"

namespace prow_coverage::http {

// How to talk TLS, and to whom; all PEM text. Immutable, shared by the requests of one client.
struct Tls {
  std::string ca_pem;           // "" for the system's
  std::string certificate_pem;  // client certificate, "" for none
  std::string key_pem;
  std::string server_name;  // SNI and name to verify, when it is not the URL's host
  bool insecure_skip_verify = false;

  bool operator==(const Tls&) const = default;
};

using Headers = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method = "GET";
  std::string url;
  Headers headers;
  std::string body;
  std::shared_ptr<const Tls> tls;  // nullptr: the system's CAs
  std::string proxy;               // URL; "": from the environment (https_proxy, no_proxy)
  std::chrono::milliseconds connect_timeout{10000};
  std::chrono::milliseconds timeout{30000};  // of the whole exchange; of silence for Stream
  std::size_t max_response_bytes = std::size_t{32} << 20;
};

struct Response {
  int status = 0;
  Headers headers;  // names in lower case
  std::string body;

  // The first header field of that name (lower case).
  [[nodiscard]] std::optional<std::string_view> header(std::string_view name) const;
};

// Thread: one at a time, that of the executor it was made with. Redirects are not followed: a
// request carries a credential. Any HTTP status is a Response; an Error is a transport fault. A
// request on a kept connection that is closed before any byte of the answer is sent once more on a
// new one, whatever its method.
class Client {
 public:
  virtual ~Client() = default;

  // At most 256 run at once; more wait for their turn, and their time-out with them.
  // Errors: kUnavailable (resolve, connect, cut, time-out: with the host and the reason),
  // kTooLarge (answer over max_response_bytes), kInvalidArgument (bad URL, header or method,
  // certificate refused: with the reason, because retrying does not help), kCancelled (the client
  // is destroyed, or the calling coroutine is cancelled).
  virtual Task<Result<Response>> Send(Request request) = 0;

  // The same for an answer that does not end: `on_data` gets each piece as it arrives; when it
  // returns an error, the exchange ends with that error. For an answer other than 2xx the body is
  // collected (bounded) instead. `request.timeout` is the longest silence.
  // `on_data` must not destroy the client. The Response's body is empty after a 2xx.
  virtual Task<Result<Response>> Stream(
      Request request, std::function<Result<void>(std::string_view data)> on_data) = 0;
};

// A client over one libcurl multi handle that is driven by `executor`'s io_context, with connection
// reuse. curl_global_init must have been called (see GlobalInit). Destroying it ends what is under
// way with kCancelled. The io_context must outlive it.
[[nodiscard]] std::unique_ptr<Client> MakeCurlClient(boost::asio::any_io_executor executor);

// curl_global_init, once, from main before any thread is started.
void GlobalInit();

}  // namespace prow_coverage::http
