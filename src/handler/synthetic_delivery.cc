#include "prow_coverage/handler/synthetic_delivery.h"

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

std::string BecauseOf(std::string_view body) {
  const auto document = json::Document::Parse(body);
  if (!document) return "";
  return std::string(document->root().OptionalString(kBecause).value_or(""));
}

}  // namespace prow_coverage::handler
