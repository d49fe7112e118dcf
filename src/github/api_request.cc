#include "api_request.h"

#include <utility>

namespace prow_coverage::github {

http::Request ApiRequest(std::string url, std::string_view authorization, std::string body) {
  http::Request request;
  request.url = std::move(url);
  request.headers = {{"Accept", "application/vnd.github+json"},
                     {"X-GitHub-Api-Version", "2022-11-28"},
                     {"User-Agent", "prow-coverage/" PROW_COVERAGE_VERSION}};
  if (!authorization.empty()) request.headers.emplace_back("Authorization", authorization);
  if (!body.empty()) {
    request.method = "POST";
    request.headers.emplace_back("Content-Type", "application/json");
    request.body = std::move(body);
  }
  return request;
}

void CountRequest(metrics::Metrics& metrics, const Result<http::Response>& outcome) {
  const int status = outcome ? outcome->status : 0;
  metrics.Add(metrics::Metric::kGitHubRequests, {std::to_string(status)});
}

}  // namespace prow_coverage::github
