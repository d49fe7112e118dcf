#include <string>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/webhook/event.h"

#include "support/temp_dir.h"

namespace prow_coverage::webhook {
namespace {

using Json = nlohmann::ordered_json;

std::string Payload(std::string_view name) {
  return testing::TestData("payloads/" + std::string(name) + ".json");
}

TEST(PullRequestEvent, ReadsEveryPayload) {
  struct Row {
    const char* payload;
    const char* action;
    std::int64_t number;
  };
  const Row rows[] = {
      {"pull_request.opened", "opened", 4301},
      {"pull_request.synchronize", "synchronize", 4301},
      {"pull_request.closed", "closed", 4301},
      {"pull_request.reopened", "reopened", 4288},
      {"pull_request.edited", "edited", 4301},
      {"pull_request.labeled", "labeled", 4301},
      {"pull_request.opened.fork", "opened", 4310},
      {"pull_request.synchronize.deleted_fork", "synchronize", 4190},
      {"pull_request.opened.draft", "opened", 4312},
      {"pull_request.opened.bot", "opened", 4313},
      {"pull_request.opened.first_timer", "opened", 4314},
      {"pull_request.opened.first_time_contributor", "opened", 4315},
      {"pull_request.opened.mannequin", "opened", 4316},
      {"pull_request.opened.non_ascii_title", "opened", 4317},
      {"pull_request.opened.long_title", "opened", 4318},
      {"pull_request.opened.long_branch", "opened", 4319},
      {"pull_request.opened.docs_only", "opened", 4320},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.payload);
    const auto event = ParsePullRequestEvent(Payload(row.payload));
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event->action, row.action);
    EXPECT_EQ(event->pull.number, row.number);
    EXPECT_EQ(RepoName(event->pull), "kubevirt/project-infra");
  }
}

TEST(PullRequestEvent, NamesTheFieldThatIsMissing) {
  struct Row {
    const char* path;
    const char* message;
  };
  const Row rows[] = {
      {"/action", "action is missing"},
      {"/number", "number is missing"},
      {"/pull_request", "pull_request is missing"},
      {"/pull_request/head/sha", "pull_request.head.sha is missing"},
      {"/pull_request/base/repo/owner/login", "pull_request.base.repo.owner.login is missing"},
      {"/repository/full_name", "repository.full_name is missing"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.path);
    auto event = Json::parse(Payload("pull_request.opened"));
    const Json::json_pointer pointer(row.path);
    event[pointer.parent_pointer()].erase(pointer.back());
    const auto parsed = ParsePullRequestEvent(event.dump());
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(parsed.error().message, row.message);
  }
}

TEST(PullRequestEvent, RefusesAPullRequestOfAnotherRepositoryThanTheSignedOne) {
  auto event = Json::parse(Payload("pull_request.opened"));
  event["repository"]["full_name"] = "kubevirt/kubevirt";
  const auto parsed = ParsePullRequestEvent(event.dump());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(parsed.error().message,
            "repository.full_name is kubevirt/kubevirt, but the pull request is "
            "kubevirt/project-infra#4301");
}

TEST(PullRequestEvent, RefusesANumberThatIsNotThePullRequests) {
  auto event = Json::parse(Payload("pull_request.opened"));
  event["number"] = 1;
  const auto parsed = ParsePullRequestEvent(event.dump());
  ASSERT_FALSE(parsed);
  EXPECT_EQ(parsed.error().message,
            "number is 1, but the pull request is kubevirt/project-infra#4301");
}

TEST(PullRequestEvent, RefusesWhatIsNoValidJson) {
  const auto good = Payload("pull_request.opened");
  const std::string rows[] = {"",
                              "{}x",
                              good.substr(0, good.size() / 2),
                              good + "x",
                              "\xEF\xBB\xBF" + good,
                              "{\"x\":" + std::string(100000, '[') + std::string(100000, ']') + "}",
                              good.substr(0, good.size() - 1) + ",\"x\":1e999}",
                              good.substr(0, good.size() - 1) + ",\"x\":\"\xC3\x28\"}"};
  for (const auto& body : rows) {
    SCOPED_TRACE(body.substr(0, 20) + " … " + std::to_string(body.size()));
    const auto parsed = ParsePullRequestEvent(body);
    ASSERT_FALSE(parsed);
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(parsed.error().message.find("not valid JSON"), 0u) << parsed.error().message;
  }
}

TEST(PullRequestEvent, IsNoOtherEvent) {
  for (const auto* payload : {"issue_comment.created", "push", "ping.repository"}) {
    SCOPED_TRACE(payload);
    EXPECT_FALSE(ParsePullRequestEvent(Payload(payload)));
  }
}

}  // namespace
}  // namespace prow_coverage::webhook
