#include "pr_pod_payload.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "input.h"

namespace prow_coverage::app {
namespace {

using Json = nlohmann::ordered_json;

// GitHub answers 404, not 403, for what a token may not see.
Error Refusal(const std::string& name, int status) {
  const std::string words = status == 401 ? "GitHub refuses the token (401): make a new one"
                            : status == 404
                                ? "GitHub knows no such pull request (404), or the token "
                                  "may not see it"
                                : "GitHub answers " + std::to_string(status);
  return {ErrorCode::kRejected, name + ": " + words, {}};
}

Result<std::string> FromPull(const std::string& body, const std::string& name) {
  const Json pull = Json::parse(body, nullptr, false);
  const bool is_pull = pull.is_object() && pull.contains("number") && pull.contains("base") &&
                       pull["base"].is_object() && pull["base"].contains("repo");
  if (!is_pull) {
    return Error{ErrorCode::kInvalidArgument, name + ": GitHub's answer is no pull request", {}};
  }
  const Json payload = {{"action", "opened"},
                        {"number", pull["number"]},
                        {"pull_request", pull},
                        {"repository", pull["base"]["repo"]},
                        {"sender", pull.value("user", Json())}};
  return payload.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

Result<std::string> WebhookPayload(const PrPodOptions& options, const std::string& token,
                                   PrPodSession& session) {
  if (!options.payload.empty()) return ReadInput(options.payload);
  const auto target = pr_pod::ParseTarget(options.target);
  if (!target) return target.error();
  const std::string name = pr_pod::Describe(*target);
  if (target->number == 0) {
    return Error{ErrorCode::kInvalidArgument, "--simulate-webhook needs --pr, or --payload", {}};
  }
  http::Request request;
  request.url = options.github_endpoint + "/repos/" + target->org + "/" + target->repo + "/pulls/" +
                std::to_string(target->number);
  request.headers = {{"User-Agent", "prow-coverage"}, {"Accept", "application/vnd.github+json"}};
  if (!token.empty()) request.headers.emplace_back("Authorization", "Bearer " + token);
  const auto answer = session.Run(session.http().Send(std::move(request)));
  if (!answer) return Error{ErrorCode::kCancelled, "interrupted", {}};
  if (!*answer) return answer->error();
  if ((*answer)->status != 200) return Refusal(name, (*answer)->status);
  return FromPull((*answer)->body, name);
}

}  // namespace prow_coverage::app
