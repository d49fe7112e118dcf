#include "prow_coverage/handler/synthetic_delivery.h"

#include <charconv>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/json/document.h"

namespace prow_coverage::handler {
namespace {

using Json = nlohmann::ordered_json;

constexpr const char* kBecause = "reconciled";

Json Repository(const PullRequest& pull) {
  return {{"name", pull.repo},
          {"full_name", RepoName(pull)},
          {"owner", {{"login", pull.org}}},
          {"html_url", pull.repo_url}};
}

// The members of GitHub's object that ParsePullRequest reads.
Json PullObject(const PullRequest& pull) {
  return {{"number", pull.number},
          {"html_url", pull.url},
          {"state", pull.state},
          {"draft", pull.draft},
          {"title", pull.title},
          {"user", {{"login", pull.author}, {"html_url", pull.author_url}}},
          {"head", {{"ref", pull.head_ref}, {"sha", pull.head_sha}}},
          {"base", {{"ref", pull.base_ref}, {"sha", pull.base_sha}, {"repo", Repository(pull)}}}};
}

}  // namespace

inbox::NewDelivery SyntheticDelivery(const PullRequest& pull, std::string guid,
                                     std::string_view origin, std::string_view because) {
  Json event = {{"action", kSyntheticAction},
                {"number", pull.number},
                {"pull_request", PullObject(pull)},
                {"repository", Repository(pull)}};
  if (!because.empty()) event[kBecause] = because;
  inbox::NewDelivery delivery;
  delivery.guid = std::move(guid);
  delivery.event_type = "pull_request";
  delivery.action = kSyntheticAction;
  delivery.org = pull.org;
  delivery.repo = pull.repo;
  delivery.number = pull.number;
  delivery.head_sha = pull.head_sha;
  delivery.body = event.dump(-1, ' ', false, Json::error_handler_t::replace);
  delivery.origin = origin;
  return delivery;
}

std::string RerunGuid(std::string_view job_name, WallTime job_start) {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(job_start.time_since_epoch());
  return std::string(kRerunGuid) + std::string(job_name) + "-" + std::to_string(seconds.count());
}

std::optional<WallTime> RerunOf(const inbox::NewDelivery& delivery) {
  const std::string_view guid = delivery.guid;
  if (delivery.origin != kRerunOrigin || !guid.starts_with(kRerunGuid)) return std::nullopt;
  const auto digits = guid.substr(guid.rfind('-') + 1);
  std::int64_t seconds = 0;
  const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), seconds);
  if (read.ec != std::errc() || read.ptr != digits.data() + digits.size()) return std::nullopt;
  return WallTime(std::chrono::seconds(seconds));
}

std::string BecauseOf(std::string_view body) {
  const auto document = json::Document::Parse(body);
  if (!document) return "";
  return std::string(document->root().OptionalString(kBecause).value_or(""));
}

}  // namespace prow_coverage::handler
