#include "installation.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <utility>

#include <boost/algorithm/string/predicate.hpp>

#include "prow_coverage/json/document.h"

#include "api_request.h"
#include "http_date.h"
#include "link_header.h"
#include "retry_decision.h"

namespace prow_coverage::github {
namespace {

constexpr int kMaxPages = 30;
constexpr std::size_t kLongestToken = 4096;

struct Page {
  json::Document document;
  std::optional<std::string> next;
};

// The caller tries again, so that nothing is tried twice in here.
constexpr RetryPolicy kOnce{
    .max_retries = 0, .max_404_retries = 0, .back_off = {}, .endpoints = 1, .read = false};
constexpr Retries kNoneLeft{.refused = 1};

// Whom to ask, and as whom.
struct Api {
  http::Client& http;
  const Clock& clock;
  metrics::Metrics& metrics;
  Endpoint endpoint;
  std::string authorization;
};

Task<Result<Page>> Ask(const Api& api, const std::string& path, std::string body) {
  const std::string doing = "GitHub App: " + path + " at " + api.endpoint.host;
  auto request = ApiRequest(api.endpoint.url + path, api.authorization, std::move(body));
  const auto response = co_await api.http.Send(std::move(request));
  CountRequest(api.metrics, response);
  const auto decision = Decide(response, kNoneLeft, kOnce, api.clock.Now(), 0);
  if (decision.next != Next::kAnswer) co_return WithContext(decision.error, doing);
  auto document = json::Document::Parse(response->body);
  if (!document) {
    co_return Error{ErrorCode::kUnavailable, doing + ": " + document.error().message, {}};
  }
  auto next = NextPage(*response, {api.endpoint});
  if (!next) co_return WithContext(next.error(), doing);
  co_return Page{std::move(*document), std::move(*next)};
}

Error NotUsable(const std::string& org, const char* why) {
  return {ErrorCode::kPermissionDenied,
          "the GitHub App is " + std::string(why) + " " + org +
              "; an owner of it can change that under Settings, GitHub Apps",
          {}};
}

// Id of the installation in `org`; nothing when this page does not have it.
Result<std::optional<std::int64_t>> FindInstallation(const json::Value& page,
                                                     const std::string& org) {
  std::optional<std::int64_t> id;
  bool suspended = false;
  auto read = page.ForEach("", [&](const json::Value& installation) -> Result<void> {
    const auto login = installation.OptionalString("account.login");
    if (!login || !boost::algorithm::iequals(*login, org)) return {};
    const auto number = installation.Integer("id");
    if (!number) return number.error();
    id = *number;
    suspended = installation.OptionalString("suspended_at").has_value();
    return {};
  });
  if (!read) return read.error();
  if (suspended) return NotUsable(org, "suspended in");
  return id;
}

Task<Result<std::int64_t>> AskInstallation(const Api& api, const std::string& org) {
  const std::string no_body;
  std::optional<std::string> path = "/app/installations?per_page=100";
  for (int i = 0; path && i < kMaxPages; ++i) {
    auto page = co_await Ask(api, *path, no_body);
    if (!page) co_return page.error();
    const auto id = FindInstallation(page->document.root(), org);
    if (!id) co_return WithContext(id.error(), "GitHub App: installations");
    if (*id) co_return **id;
    path = std::move(page->next);
  }
  co_return NotUsable(org, "not installed in");
}

Result<InstallationToken> ReadToken(const json::Value& answer) {
  const auto token = answer.String("token");
  if (!token) return token.error();
  const auto expires = answer.String("expires_at");
  if (!expires) return expires.error();
  const auto expires_at = ParseRfc3339(*expires);
  const bool clean =
      !token->empty() && token->size() <= kLongestToken &&
      std::all_of(token->begin(), token->end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!clean || !expires_at) {
    return Error{ErrorCode::kInvalidArgument, "token or expires_at is not what it should be", {}};
  }
  return InstallationToken{std::string(*token), *expires_at};
}

}  // namespace

Task<Result<InstallationToken>> AskInstallationToken(http::Client& http, const Clock& clock,
                                                     metrics::Metrics& metrics, Endpoint endpoint,
                                                     std::string jwt, std::string org) {
  const Api api{http, clock, metrics, std::move(endpoint), "Bearer " + jwt};
  const auto id = co_await AskInstallation(api, org);
  if (!id) co_return id.error();
  const std::string path = "/app/installations/" + std::to_string(*id) + "/access_tokens";
  std::string empty_object = "{}";
  const auto page = co_await Ask(api, path, std::move(empty_object));
  if (!page) co_return page.error();
  auto token = ReadToken(page->document.root());
  if (!token) co_return WithContext(token.error(), "GitHub App: access token");
  co_return token;
}

}  // namespace prow_coverage::github
