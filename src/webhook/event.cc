#include "prow_coverage/webhook/event.h"

#include "prow_coverage/json/document.h"
#include "prow_coverage/pull_request/parse.h"

namespace prow_coverage::webhook {
namespace {

Error Contradiction(std::string_view path, std::string_view value, std::string_view pull_value) {
  return {ErrorCode::kInvalidArgument,
          std::string(path) + " is " + std::string(value) + ", but the pull request is " +
              std::string(pull_value),
          {}};
}

// The signature was checked with the secret of `repository`; the pull request must be of that one.
Result<void> CheckAgreement(const json::Value& event, const PullRequest& pull) {
  const auto number = event.Integer("number");
  if (!number) return number.error();
  if (*number != pull.number) {
    return Contradiction("number", std::to_string(*number), PullName(pull));
  }
  const auto repository = event.String("repository.full_name");
  if (!repository) return repository.error();
  if (*repository != RepoName(pull)) {
    return Contradiction("repository.full_name", repository->substr(0, 256), PullName(pull));
  }
  return {};
}

}  // namespace

Result<PullRequestEvent> ParsePullRequestEvent(std::string_view body) {
  const auto document = json::Document::Parse(body);
  if (!document) return document.error();
  const auto event = document->root();
  const auto action = event.String("action");
  if (!action) return action.error();
  const auto object = event.Object("pull_request");
  if (!object) return object.error();
  auto pull = ParsePullRequest(*object);
  if (!pull) return pull.error();
  if (auto agrees = CheckAgreement(event, *pull); !agrees) return agrees.error();
  return PullRequestEvent{std::string(*action), std::move(*pull)};
}

}  // namespace prow_coverage::webhook
