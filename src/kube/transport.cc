#include "transport.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "prow_coverage/base/back_off.h"

namespace prow_coverage::kube {
namespace {

namespace asio = boost::asio;

http::Headers Impersonation(const Cluster& cluster) {
  http::Headers headers;
  if (cluster.impersonate.empty()) return headers;
  headers.emplace_back("Impersonate-User", cluster.impersonate);
  for (const std::string& group : cluster.impersonate_groups) {
    headers.emplace_back("Impersonate-Group", group);
  }
  return headers;
}

bool IsSuccess(const Result<http::Response>& response) {
  return response && response->status / 100 == 2;
}

// How long to wait before retry `attempt` (from 0). Nothing: do not retry, either because that does
// not help or because the server asks for a longer wait than a call may take.
std::optional<std::chrono::milliseconds> WaitBeforeRetry(const ClientOptions& options,
                                                         const Error& error, int attempt) {
  if (!IsTransient(error.code) || attempt >= options.max_retries) return std::nullopt;
  const auto asked = error.retry_after.value_or(std::chrono::milliseconds(0));
  if (asked > options.back_off.max) return std::nullopt;
  return std::max(asked, FullJitter(options.back_off, attempt, Random01()));
}

Error Cancelled(const Call& call) {
  return {ErrorCode::kCancelled, call.verb + " " + call.target + ": cancelled", {}};
}

}  // namespace

Transport::Transport(const Cluster& cluster, ClientOptions options, http::Client& http,
                     Credentials& credentials, Clock& clock, Logger& logger,
                     metrics::Metrics& metrics)
    : server_(cluster.server),
      proxy_(cluster.proxy),
      impersonation_(Impersonation(cluster)),
      options_(options),
      http_(http),
      credentials_(credentials),
      clock_(clock),
      logger_(logger),
      metrics_(metrics) {}

Task<Result<std::string>> Transport::Send(ApiRequest request) {
  const http::Request prototype = ToHttp(request);
  const OnData whole;
  for (int attempt = 0;; ++attempt) {
    Result<http::Response> response = co_await Exchange(prototype, whole);
    if (IsSuccess(response)) co_return std::move(response->body);
    const Error error = ToError(request.call, response);
    const auto wait = WaitBeforeRetry(options_, error, attempt);
    if (!wait) co_return error;
    logger_.Warning("the Kubernetes API is asked again",
                    {{"error", error.message}, {"wait-ms", wait->count()}});
    co_await clock_.SleepFor(*wait);
    const auto cancellation = co_await asio::this_coro::cancellation_state;
    if (cancellation.cancelled() != asio::cancellation_type::none) {
      co_return Cancelled(request.call);
    }
  }
}

Task<Result<void>> Transport::Stream(ApiRequest request, std::chrono::milliseconds max_silence,
                                     OnData on_data) {
  http::Request prototype = ToHttp(request);
  prototype.timeout = max_silence;
  // What the consumer says is passed on as it is; only faults of the exchange get our context.
  std::optional<Error> refused;
  OnData guarded = [&on_data, &refused](std::string_view data) -> Result<void> {
    auto taken = on_data(data);
    if (!taken) refused = taken.error();
    return taken;
  };
  const Result<http::Response> response = co_await Exchange(std::move(prototype), guarded);
  if (refused) co_return *refused;
  if (!IsSuccess(response)) co_return ToError(request.call, response);
  co_return Result<void>();
}

http::Request Transport::ToHttp(const ApiRequest& request) const {
  http::Request result;
  result.method = request.method;
  result.url = server_ + request.path;
  result.headers = impersonation_;
  result.headers.emplace_back("Accept", "application/json");
  result.headers.emplace_back("User-Agent", "prow-coverage");
  if (!request.body.empty()) result.headers.emplace_back("Content-Type", request.content_type);
  result.body = request.body;
  result.proxy = proxy_;
  result.timeout = options_.request_timeout;
  return result;
}

Task<Result<http::Response>> Transport::Exchange(http::Request request, OnData on_data) {
  for (bool again = false;; again = true) {
    const Result<Identity> identity = credentials_.Current();
    if (!identity) co_return identity.error();
    Result<http::Response> response = co_await ExchangeAs(*identity, request, on_data);
    metrics_.Add(metrics::Metric::kKubernetesRequests,
                 {response ? std::to_string(response->status) : "0"});
    if (!response || response->status != 401) co_return response;
    credentials_.Refused(*identity);
    if (again) co_return response;
  }
}

Task<Result<http::Response>> Transport::ExchangeAs(const Identity& identity, http::Request request,
                                                   OnData on_data) {
  request.tls = identity.tls;
  if (!identity.authorization.empty()) {
    request.headers.emplace_back("Authorization", identity.authorization);
  }
  if (on_data) {
    Result<http::Response> streamed = co_await http_.Stream(std::move(request), std::move(on_data));
    co_return streamed;
  }
  Result<http::Response> answered = co_await http_.Send(std::move(request));
  co_return answered;
}

Error Transport::ToError(const Call& call, const Result<http::Response>& response) const {
  if (response) return StatusError(call, *response);
  return WithContext(response.error(), call.verb + " " + call.target + " at " + server_);
}

}  // namespace prow_coverage::kube
