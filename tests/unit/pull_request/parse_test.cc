#include "prow_coverage/pull_request/parse.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/temp_dir.h"

namespace prow_coverage {
namespace {

using Json = nlohmann::ordered_json;

Json PullOf(std::string_view payload) {
  return Json::parse(testing::TestData("payloads/" + std::string(payload) + ".json"))
      .at("pull_request");
}

Result<PullRequest> Parse(const Json& object) {
  const auto document = json::Document::Parse(object.dump()).value();
  return ParsePullRequest(document.root());
}

TEST(ParsePullRequest, ReadsEveryField) {
  const PullRequest expected{
      .org = "kubevirt",
      .repo = "project-infra",
      .repo_url = "https://github.com/kubevirt/project-infra",
      .number = 4301,
      .title = "flake-finder: count a renamed lane once",
      .url = "https://github.com/kubevirt/project-infra/pull/4301",
      .state = "open",
      .draft = false,
      .author = "hana-lindqvist",
      .author_url = "https://github.com/hana-lindqvist",
      .head_sha = "1d11e70f14d6c8067d362416b2b395561b1a6450",
      .head_ref = "flake-finder-renamed-lane",
      .base_ref = "main",
      .base_sha = "bcb9f9b20179329552f9b756c6b7967b6126ef4b",
  };
  EXPECT_EQ(Parse(PullOf("pull_request.opened")).value(), expected);
}

TEST(ParsePullRequest, RepositoryIsTheBaseOfAFork) {
  const auto pull = Parse(PullOf("pull_request.opened.fork")).value();
  EXPECT_EQ(RepoName(pull), "kubevirt/project-infra");
  EXPECT_EQ(pull.head_ref, "referee/retest-ratio");
}

TEST(ParsePullRequest, TakesADeletedFork) {
  const auto object = PullOf("pull_request.synchronize.deleted_fork");
  ASSERT_TRUE(object.at("head").at("repo").is_null());
  EXPECT_EQ(Parse(object).value().head_ref, "releng-notes");
}

TEST(ParsePullRequest, DeletedAccountIsGhost) {
  auto object = PullOf("pull_request.opened");
  object["user"] = nullptr;
  const auto pull = Parse(object).value();
  EXPECT_EQ(pull.author, "ghost");
  EXPECT_EQ(pull.author_url, "https://github.com/ghost");
}

TEST(ParsePullRequest, ReadsDraftsBotsAndClosedOnes) {
  EXPECT_TRUE(Parse(PullOf("pull_request.opened.draft")).value().draft);
  EXPECT_EQ(Parse(PullOf("pull_request.opened.bot")).value().author, "dependabot[bot]");
  EXPECT_EQ(Parse(PullOf("pull_request.opened.bot")).value().author_url,
            "https://github.com/apps/dependabot");
  EXPECT_EQ(Parse(PullOf("pull_request.closed")).value().state, "closed");
}

TEST(ParsePullRequest, KeepsLongAndForeignText) {
  EXPECT_EQ(Parse(PullOf("pull_request.opened.long_title")).value().title.size(), 4096u);
  EXPECT_EQ(Parse(PullOf("pull_request.opened.long_branch")).value().head_ref.size(), 250u);
  EXPECT_NE(Parse(PullOf("pull_request.opened.non_ascii_title")).value().title.find("Zählung"),
            std::string::npos);
}

TEST(ParsePullRequest, NamesTheFieldThatIsMissingOrOfAnotherType) {
  const char* const required[] = {"/base/repo/owner/login",
                                  "/base/repo/name",
                                  "/base/repo/html_url",
                                  "/title",
                                  "/html_url",
                                  "/state",
                                  "/head/sha",
                                  "/head/ref",
                                  "/base/ref",
                                  "/base/sha",
                                  "/number"};
  for (const auto* path : required) {
    SCOPED_TRACE(path);
    const Json::json_pointer pointer(path);
    std::string name = pointer.to_string().substr(1);
    std::replace(name.begin(), name.end(), '/', '.');

    auto missing = PullOf("pull_request.opened");
    missing[pointer.parent_pointer()].erase(pointer.back());
    const auto without = Parse(missing);
    ASSERT_FALSE(without);
    EXPECT_EQ(without.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(without.error().message, name + " is missing");

    auto broken = PullOf("pull_request.opened");
    broken[pointer] = Json::array();
    const auto other = Parse(broken);
    ASSERT_FALSE(other);
    EXPECT_EQ(other.error().message.find(name + " is not "), 0u) << other.error().message;
  }
}

TEST(ParsePullRequest, RefusesWhatCannotBe) {
  struct Row {
    const char* name;
    const char* path;
    Json value;
    const char* message;
  };
  const Row rows[] = {
      {"owner that leaves the path", "/base/repo/owner/login", "..", "which is no owner name"},
      {"owner with a slash", "/base/repo/owner/login", "a/b", "which is no owner name"},
      {"empty repository", "/base/repo/name", "", "which is no repository name"},
      {"repository with a query", "/base/repo/name", "x?y=z", "which is no repository name"},
      {"long repository", "/base/repo/name", std::string(101, 'a'), "which is no repository name"},
      {"link that is a script", "/html_url", "javascript:alert(1)", "which is no URL"},
      {"link with a line break", "/base/repo/html_url", "https://x/\n", "which is no URL"},
      {"short SHA", "/head/sha", std::string(39, 'a'), "which is no commit SHA"},
      {"upper-case SHA", "/head/sha", std::string(40, 'A'), "which is no commit SHA"},
      {"SHA that is a path", "/base/sha", "../../" + std::string(34, 'a'),
       "which is no commit SHA"},
      {"empty head ref", "/head/ref", "", "which is no branch name"},
      {"base ref with a space", "/base/ref", "main x", "which is no branch name"},
      {"ref with a control character", "/head/ref", "a\x1b[31m", "which is no branch name"},
      {"long ref", "/head/ref", std::string(1025, 'a'), "which is no branch name"},
      {"title over 16 KiB", "/title", std::string(16385, 't'), "which is no title"},
      {"state", "/state", "merged", "which is no state"},
      {"login", "/user/login", "a b", "which is no login"},
      {"number zero", "/number", 0, "which is no pull request number"},
      {"negative number", "/number", -1, "which is no pull request number"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto object = PullOf("pull_request.opened");
    object[Json::json_pointer(row.path)] = row.value;
    const auto pull = Parse(object);
    ASSERT_FALSE(pull);
    EXPECT_EQ(pull.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(pull.error().message.find(row.message), std::string::npos) << pull.error().message;
    EXPECT_LT(pull.error().message.size(), 250u);
  }
}

TEST(ParsePullRequest, TakesTheShasOfASha256Repository) {
  auto object = PullOf("pull_request.opened");
  object["head"]["sha"] = std::string(64, 'b');
  EXPECT_EQ(Parse(object).value().head_sha, std::string(64, 'b'));
}

}  // namespace
}  // namespace prow_coverage
