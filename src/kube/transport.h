#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/kube/credentials.h"
#include "prow_coverage/kube/kubeconfig.h"
#include "prow_coverage/metrics/metrics.h"

#include "status_error.h"

namespace prow_coverage::kube {

// One request below the server's root.
struct ApiRequest {
  Call call;
  std::string method = "GET";
  std::string path;  // with its query
  std::string body;
  std::string content_type = "application/json";
};

// What all verbs share: who we are, one fresh start after a 401, patience with transient faults,
// errors read from Status objects, a count per code. Thread: one at a time.
class Transport {
 public:
  using OnData = std::function<Result<void>(std::string_view)>;

  // All references must outlive the transport.
  Transport(const Cluster& cluster, ClientOptions options, http::Client& http,
            Credentials& credentials, Clock& clock, Logger& logger, metrics::Metrics& metrics);

  [[nodiscard]] const std::string& server() const { return server_; }

  // The body of a 2xx answer. Transient faults are retried.
  [[nodiscard]] Task<Result<std::string>> Send(ApiRequest request);

  // Tried once: the caller knows what it has seen already.
  [[nodiscard]] Task<Result<void>> Stream(ApiRequest request, std::chrono::milliseconds max_silence,
                                          OnData on_data);

 private:
  [[nodiscard]] http::Request ToHttp(const ApiRequest& request) const;
  // A whole exchange, or a stream when there is an `on_data`.
  [[nodiscard]] Task<Result<http::Response>> Exchange(http::Request request, OnData on_data);
  [[nodiscard]] Task<Result<http::Response>> ExchangeAs(const Identity& identity,
                                                        http::Request request, OnData on_data);
  [[nodiscard]] Error ToError(const Call& call, const Result<http::Response>& response) const;

  const std::string server_;
  const std::string proxy_;
  const http::Headers impersonation_;
  const ClientOptions options_;
  http::Client& http_;
  Credentials& credentials_;
  Clock& clock_;
  Logger& logger_;
  metrics::Metrics& metrics_;
};

}  // namespace prow_coverage::kube
