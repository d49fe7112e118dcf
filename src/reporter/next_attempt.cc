#include "next_attempt.h"

#include <nlohmann/json.hpp>

namespace prow_coverage::reporter {
namespace {

using Json = nlohmann::ordered_json;

// The members of GitHub's event that ParsePullRequestEvent reads.
Json EventOf(const PullRequest& pull) {
  const Json base_repo = {
      {"owner", {{"login", pull.org}}}, {"name", pull.repo}, {"html_url", pull.repo_url}};
  return {{"action", "synchronize"},
          {"number", pull.number},
          {"repository", {{"full_name", RepoName(pull)}}},
          {"pull_request",
           {{"number", pull.number},
            {"title", pull.title},
            {"html_url", pull.url},
            {"state", pull.state},
            {"draft", pull.draft},
            {"user", {{"login", pull.author}, {"html_url", pull.author_url}}},
            {"head", {{"sha", pull.head_sha}, {"ref", pull.head_ref}}},
            {"base", {{"sha", pull.base_sha}, {"ref", pull.base_ref}, {"repo", base_repo}}}}}};
}

}  // namespace

inbox::NewDelivery NextAttempt(const PullRequest& pull, const Job& aborted) {
  inbox::NewDelivery delivery;
  delivery.guid = "rerun-" + aborted.name + "-" +
                  std::to_string(aborted.start_time.time_since_epoch() / std::chrono::seconds(1));
  delivery.event_type = "pull_request";
  delivery.action = "synchronize";
  delivery.org = pull.org;
  delivery.repo = pull.repo;
  delivery.number = pull.number;
  delivery.head_sha = pull.head_sha;
  delivery.body = EventOf(pull).dump(-1, ' ', false, Json::error_handler_t::replace);
  delivery.origin = "reporter";
  return delivery;
}

}  // namespace prow_coverage::reporter
