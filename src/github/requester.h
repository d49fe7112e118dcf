#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/github/credentials.h"
#include "prow_coverage/github/host_budget.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/json/document.h"
#include "prow_coverage/metrics/metrics.h"

#include "endpoint.h"
#include "retry_decision.h"

namespace prow_coverage::github {

// One call of the REST API, to whichever endpoint answers it.
struct Call {
  std::string org;        // whose credential
  std::string path;       // with query, below the endpoint's base path
  std::string body = {};  // JSON to POST; "" makes it a GET
  std::string etag = {};  // "": unconditional
};

struct Answer {
  std::optional<json::Document> document;  // nothing: not modified since the call's `etag`
  std::optional<std::string> next;         // path of the next page
  std::string etag;
};

// What a Client is made of.
struct Surroundings {
  ClientOptions options;
  http::Client& http;
  Credentials& credentials;
  HostBudget& budget;
  Clock& clock;
  Logger& logger;
  metrics::Metrics& metrics;
};

// Sends calls, waiting and trying again as Decide says. Thread: one at a time, that of the
// http::Client; any number of calls may be under way.
class Requester {
 public:
  explicit Requester(Surroundings surroundings);

  // An answer of 2xx that is no JSON comes from something between GitHub and us (a captive portal,
  // a cut by a proxy), so it counts as a transient fault. Errors: those of github::Client.
  Task<Result<Answer>> Send(Call call);

 private:
  // How far a call has come.
  struct Progress {
    Retries retries;
    std::size_t endpoint = 0;
    std::string authorization;  // of the last attempt
  };
  // How long no call may be made, from now on.
  using TimeLeft = std::function<std::chrono::milliseconds(MonotonicTime now)>;

  Task<Result<http::Response>> Try(const Call& call, Progress& progress);
  Task<Result<void>> WaitFor(const TimeLeft& time_left);
  Task<Result<void>> Sleep(std::chrono::milliseconds wait);
  // Makes `call` and `progress` what the next attempt needs.
  Result<void> Follow(const RetryDecision& decision, const Result<http::Response>& outcome,
                      Call& call, Progress& progress);
  void BlockHost(const std::string& host, std::chrono::milliseconds wait);
  RetryDecision Judge(const Result<http::Response>& outcome, const Call& call,
                      const Progress& progress);
  void Report(const Call& call, const Endpoint& endpoint, const Result<http::Response>& outcome,
              MonotonicTime begin);

  const Surroundings surroundings_;
  const std::vector<Endpoint> endpoints_;
};

}  // namespace prow_coverage::github
