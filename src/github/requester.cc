#include "requester.h"

#include <algorithm>
#include <utility>

#include <boost/asio/this_coro.hpp>

#include "api_request.h"
#include "link_header.h"

namespace prow_coverage::github {
namespace {

using std::chrono::milliseconds;

constexpr std::size_t kLongestEtag = 256;

std::vector<Endpoint> ParseEndpoints(const std::vector<std::string>& urls) {
  std::vector<Endpoint> endpoints;
  for (const auto& url : urls) endpoints.push_back(ParseEndpoint(url));
  if (endpoints.empty()) endpoints.push_back(ParseEndpoint("https://api.github.com"));
  return endpoints;
}

std::string Describe(const Call& call, const Endpoint& endpoint) {
  return "GitHub " + std::string(call.body.empty() ? "GET " : "POST ") + call.path.substr(0, 300) +
         " at " + endpoint.host;
}

// Up to a quarter longer than told: a thousand calls that wait for one moment do not come back in
// it.
milliseconds Spread(milliseconds wait) {
  const auto longest = std::min(wait / 4, milliseconds(10000));
  return wait +
         milliseconds(static_cast<std::int64_t>(Random01() * static_cast<double>(longest.count())));
}

// Turns an answer that cannot be GitHub's into a fault; `document` gets what was parsed.
Result<http::Response> CheckAnswer(Result<http::Response> outcome, const Call& call,
                                   std::optional<json::Document>& document) {
  if (!outcome) return outcome;
  if (outcome->status == 304 && call.etag.empty()) {
    return Error{ErrorCode::kUnavailable, "answered 304 to an unconditional request", {}};
  }
  if (outcome->status / 100 != 2) return outcome;
  auto parsed = json::Document::Parse(outcome->body);
  if (!parsed) {
    return Error{ErrorCode::kUnavailable,
                 "answered " + std::to_string(outcome->status) + ", but the body is " +
                     parsed.error().message + "; check --github-endpoint and its proxy",
                 {}};
  }
  document.emplace(std::move(*parsed));
  return outcome;
}

std::string Etag(const http::Response& response) {
  const auto etag = response.header("etag").value_or("");
  return etag.size() <= kLongestEtag ? std::string(etag) : "";
}

Result<Answer> ToAnswer(const http::Response& response, std::optional<json::Document> document,
                        const std::vector<Endpoint>& endpoints) {
  auto next = NextPage(response, endpoints);
  if (!next) return next.error();
  return Answer{std::move(document), std::move(*next), Etag(response)};
}

}  // namespace

Requester::Requester(Surroundings surroundings)
    : surroundings_(std::move(surroundings)),
      endpoints_(ParseEndpoints(surroundings_.options.endpoints)) {}

Task<Result<Answer>> Requester::Send(Call call) {
  Progress progress;
  while (true) {
    const Endpoint& endpoint = endpoints_[progress.endpoint % endpoints_.size()];
    const std::string doing = Describe(call, endpoint);
    if (!IsApiPath(call.path)) {
      co_return Error{ErrorCode::kInvalidArgument, doing + ": not a valid path", {}};
    }
    const TimeLeft time_left = [&](MonotonicTime now) {
      return surroundings_.budget.Acquire(endpoint.host, call.org, now);
    };
    const auto turn = co_await WaitFor(time_left);
    if (!turn) co_return WithContext(turn.error(), doing);
    auto tried = co_await Try(call, progress);
    std::optional<json::Document> document;
    const auto outcome = CheckAnswer(std::move(tried), call, document);
    const RetryDecision decision = Judge(outcome, call, progress);
    if (decision.next == Next::kAnswer) {
      auto answer = ToAnswer(*outcome, std::move(document), endpoints_);
      if (!answer) co_return WithContext(answer.error(), doing);
      co_return answer;
    }
    if (decision.host_block.count() > 0) BlockHost(endpoint.host, decision.host_block);
    if (decision.next == Next::kGiveUp) co_return WithContext(decision.error, doing);
    if (auto ready = Follow(decision, outcome, call, progress); !ready) {
      co_return WithContext(ready.error(), doing);
    }
    const auto slept = co_await Sleep(decision.wait);
    if (!slept) co_return WithContext(slept.error(), doing);
  }
}

Task<Result<http::Response>> Requester::Try(const Call& call, Progress& progress) {
  const Endpoint& endpoint = endpoints_[progress.endpoint % endpoints_.size()];
  auto authorization =
      co_await surroundings_.credentials.Authorization(surroundings_.http, endpoint.url, call.org);
  if (!authorization) co_return authorization.error();
  progress.authorization = std::move(*authorization);
  // Somebody else may have been told to wait while the credential was being fetched.
  const TimeLeft time_left = [&](MonotonicTime now) {
    return surroundings_.budget.Blocked(endpoint.host, now);
  };
  const auto turn = co_await WaitFor(time_left);
  if (!turn) co_return turn.error();
  const auto& may_write = surroundings_.options.may_write;
  if (!call.body.empty() && may_write && !may_write()) {
    co_return Error{ErrorCode::kCancelled, "not sent: another replica writes", {}};
  }
  auto request = ApiRequest(endpoint.url + call.path, progress.authorization, call.body);
  if (!call.etag.empty()) request.headers.emplace_back("If-None-Match", call.etag);
  request.timeout = surroundings_.options.request_timeout;
  const auto begin = surroundings_.clock.Monotonic();
  auto outcome = co_await surroundings_.http.Send(std::move(request));
  Report(call, endpoint, outcome, begin);
  co_return outcome;
}

Task<Result<void>> Requester::WaitFor(const TimeLeft& time_left) {
  const auto longest = surroundings_.options.back_off.max;
  const auto begin = surroundings_.clock.Monotonic();
  while (true) {
    const auto now = surroundings_.clock.Monotonic();
    const auto wait = time_left(now);
    if (wait.count() <= 0) co_return Result<void>();
    if (now - begin + wait > longest) {
      co_return Error{ErrorCode::kRateLimited,
                      "rate limited: no call to this host for " +
                          std::to_string(std::chrono::ceil<std::chrono::seconds>(wait).count()) +
                          " s",
                      wait};
    }
    const auto slept = co_await Sleep(Spread(wait));
    if (!slept) co_return slept;
  }
}

Task<Result<void>> Requester::Sleep(milliseconds wait) {
  if (wait.count() <= 0) co_return Result<void>();
  co_await surroundings_.clock.SleepFor(wait);
  const auto state = co_await boost::asio::this_coro::cancellation_state;
  if (state.cancelled() != boost::asio::cancellation_type::none) {
    co_return Error{ErrorCode::kCancelled, "cancelled while waiting to try again", {}};
  }
  co_return Result<void>();
}

Result<void> Requester::Follow(const RetryDecision& decision, const Result<http::Response>& outcome,
                               Call& call, Progress& progress) {
  ++(progress.retries.*decision.counter);
  surroundings_.logger.Info(
      "asking GitHub again",
      {{"path", call.path}, {"error", decision.error.message}, {"wait_ms", decision.wait.count()}});
  if (decision.next == Next::kNextEndpoint) ++progress.endpoint;
  if (decision.next == Next::kRenewCredential) {
    surroundings_.credentials.Refused(progress.authorization, call.org);
  }
  if (decision.next != Next::kRedirect) return {};
  auto path = ApiPath(outcome->header("location").value_or(""), endpoints_);
  if (!path) return decision.error;
  call.path = std::move(*path);
  return {};
}

void Requester::BlockHost(const std::string& host, milliseconds wait) {
  const auto now = surroundings_.clock.Monotonic();
  // Calls that were under way together are all told the same; one line says it.
  if (surroundings_.budget.Blocked(host, now).count() == 0) {
    const auto seconds = std::chrono::ceil<std::chrono::seconds>(wait).count();
    surroundings_.logger.Warning("GitHub asks to wait: no call to this host meanwhile",
                                 {{"host", host}, {"seconds", seconds}});
  }
  surroundings_.budget.Block(host, now + wait);
}

RetryDecision Requester::Judge(const Result<http::Response>& outcome, const Call& call,
                               const Progress& progress) {
  const auto& options = surroundings_.options;
  const RetryPolicy policy{options.max_retries, options.max_404_retries, options.back_off,
                           static_cast<int>(endpoints_.size()), call.body.empty()};
  return Decide(outcome, progress.retries, policy, surroundings_.clock.Now(), Random01());
}

void Requester::Report(const Call& call, const Endpoint& endpoint,
                       const Result<http::Response>& outcome, MonotonicTime begin) {
  const int status = outcome ? outcome->status : 0;
  CountRequest(surroundings_.metrics, outcome);
  if (!surroundings_.logger.Enabled(LogLevel::kDebug)) return;
  const auto took = surroundings_.clock.Monotonic() - begin;
  surroundings_.logger.Debug(
      "asked GitHub", {{"method", call.body.empty() ? "GET" : "POST"},
                       {"host", endpoint.host},
                       {"path", call.path},
                       {"status", status},
                       {"duration_ms", std::chrono::duration_cast<milliseconds>(took).count()}});
}

}  // namespace prow_coverage::github
