#include "prow_coverage/json/document.h"
#include "prow_coverage/pull_request/parse.h"

#include "sandbox_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

class GitHubTest : public SandboxFixture {
 protected:
  Result<PullRequest> ReadPull(int number) {
    const auto response = GitHub("GET", "pulls/" + std::to_string(number));
    return ParsePullRequest(prow_coverage::json::Document::Parse(response.body).value().root());
  }

  http::Response PostStatus(const std::string& sha, const nlohmann::json& status) {
    return GitHub("POST", "statuses/" + sha, status.dump());
  }
};

TEST_F(GitHubTest, ServesAPullRequestAsItsRestApiDoes) {
  PutPull(2, {{"title", "Fix \"it\""},
              {"author", "jdoe"},
              {"head_ref", "fix/it"},
              {"base_ref", "release-1.2"},
              {"head_repo", "jdoe/kubevirt"}});
  const auto pull = ReadPull(2);
  ASSERT_TRUE(pull) << pull.error().message;
  EXPECT_EQ(pull->title, "Fix \"it\"");
  EXPECT_EQ(pull->author, "jdoe");
  EXPECT_EQ(pull->head_ref, "fix/it");
  EXPECT_EQ(pull->base_ref, "release-1.2");
  EXPECT_EQ(pull->url, "https://github.com/kubevirt/kubevirt/pull/2");
}

TEST_F(GitHubTest, MakesAPullRequestAsLargeAsARealOne) {
  EXPECT_GT(GitHub("GET", "pulls/1").body.size(), 15'000);
}

TEST_F(GitHubTest, ServesAPullRequestOfADeletedFork) {
  PutPull(2, {{"head_repo", nullptr}});
  const auto response = nlohmann::json::parse(GitHub("GET", "pulls/2").body);
  EXPECT_TRUE(response["head"]["repo"].is_null());
  EXPECT_TRUE(ReadPull(2));
}

TEST_F(GitHubTest, AnswersUnknownThingsWith404) {
  for (const std::string path : {"pulls/99", "pulls/x", "pulls/99/files", "git/ref/heads/none",
                                 "nothing", "/repos/no/such/pulls/1", "/nothing"}) {
    SCOPED_TRACE(path);
    const auto response = GitHub("GET", path);
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(nlohmann::json::parse(response.body)["message"], "Not Found");
  }
}

TEST_F(GitHubTest, ListsFilesOverPages) {
  nlohmann::json files = {
      {{"filename", "b.go"}, {"status", "renamed"}, {"previous_filename", "a.go"}}};
  for (int i = 1; i < 250; ++i) files.push_back("file" + std::to_string(i) + ".go");
  PutPull(2, {{"files", files}});
  const auto first = GitHub("GET", "pulls/2/files?per_page=100");
  const auto page = nlohmann::json::parse(first.body);
  EXPECT_EQ(page.size(), 100);
  EXPECT_EQ(page[0]["previous_filename"], "a.go");
  const std::string link(first.header("link").value_or(""));
  EXPECT_THAT(link, HasSubstr("<https://api.github.com/repositories/"));
  EXPECT_THAT(link, HasSubstr("/pulls/2/files?per_page=100&page=2>; rel=\"next\""));
  EXPECT_THAT(link, HasSubstr("page=3>; rel=\"last\""));
}

TEST_F(GitHubTest, ServesThePathsOfItsOwnLinks) {
  PutPull(2, {{"files", nlohmann::json::array({"a.go", "b.go", "c.go"})}});
  const auto first = GitHub("GET", "pulls/2/files?per_page=2");
  std::string path(first.header("link").value_or(""));
  path = path.substr(path.find("/repositories"));
  const auto last = GitHub("GET", path.substr(0, path.find('>')));
  EXPECT_EQ(nlohmann::json::parse(last.body)[0]["filename"], "c.go");
  EXPECT_THAT(std::string(last.header("link").value_or("")), Not(HasSubstr("\"next\"")));
}

TEST_F(GitHubTest, ListsAtMost3000Files) {
  PutPull(2, {{"files", std::vector<std::string>(3100, "a.go")}});
  EXPECT_EQ(nlohmann::json::parse(GitHub("GET", "pulls/2/files?per_page=100&page=30").body).size(),
            100);
  EXPECT_EQ(GitHub("GET", "pulls/2/files?per_page=100&page=31").body, "[]");
}

TEST_F(GitHubTest, ListsOpenPullRequestsNewestFirst) {
  PutPull(2);
  PutPull(3, {{"state", "closed"}});
  const auto pulls = nlohmann::json::parse(GitHub("GET", "pulls?state=open").body);
  ASSERT_EQ(pulls.size(), 2);
  EXPECT_EQ(pulls[0]["number"], 2);
  EXPECT_EQ(nlohmann::json::parse(GitHub("GET", "pulls?state=all").body).size(), 3);
}

TEST_F(GitHubTest, AnswersAnUnchangedListWith304AndForFree) {
  const auto first = GitHub("GET", "pulls");
  const http::Headers same{{"If-None-Match", std::string(first.header("etag").value())}};
  const auto second = GitHub("GET", "pulls", "", same);
  EXPECT_EQ(second.status, 304);
  EXPECT_EQ(second.header("x-ratelimit-remaining"), first.header("x-ratelimit-remaining"));
  sandbox_.Control("POST", "/push", {{"org", "kubevirt"}, {"repo", "kubevirt"}, {"number", 1}});
  EXPECT_EQ(GitHub("GET", "pulls", "", same).status, 200);
}

TEST_F(GitHubTest, ServesABranchWithSlashes) {
  sandbox_.Control("PUT", "/branches",
                   {{"org", "kubevirt"},
                    {"repo", "kubevirt"},
                    {"branch", "feature/a/b"},
                    {"sha", std::string(40, 'a')}});
  for (const std::string name : {"feature/a/b", "feature%2Fa%2Fb"}) {
    SCOPED_TRACE(name);
    const auto ref = nlohmann::json::parse(GitHub("GET", "git/ref/heads/" + name).body);
    EXPECT_EQ(ref["ref"], "refs/heads/feature/a/b");
    EXPECT_EQ(ref["object"]["sha"], std::string(40, 'a'));
  }
}

TEST_F(GitHubTest, KeepsStatusesAndCombinesTheNewestOfEachContext) {
  PostStatus(head_sha_, {{"state", "pending"}, {"context", "a"}});
  PostStatus(head_sha_, {{"state", "success"}, {"context", "a"}, {"description", "good"}});
  PostStatus(head_sha_, {{"state", "failure"}, {"context", "b"}});
  const auto all = nlohmann::json::parse(GitHub("GET", "commits/" + head_sha_ + "/statuses").body);
  ASSERT_EQ(all.size(), 3);
  EXPECT_EQ(all[0]["context"], "b") << "newest first";
  const auto combined =
      nlohmann::json::parse(GitHub("GET", "commits/" + head_sha_ + "/status").body);
  EXPECT_EQ(combined["state"], "failure");
  EXPECT_EQ(combined["statuses"].size(), 2);
}

TEST_F(GitHubTest, JudgesAStatusAsGitHubDoes) {
  std::string umlauts;
  for (int i = 0; i < 140; ++i) umlauts += "ü";
  struct Row {
    const char* name;
    nlohmann::json status;
    std::string sha;
    int code;
    const char* says;
  };
  for (const Row& row : {
           Row{"good", {{"state", "error"}}, head_sha_, 201, "default"},
           Row{"140", {{"state", "error"}, {"description", umlauts}}, head_sha_, 201, "ü"},
           Row{"141",
               {{"state", "error"}, {"description", umlauts + "x"}},
               head_sha_,
               422,
               "description is too long (maximum is 140 characters)"},
           Row{"state", {{"state", "done"}}, head_sha_, 422, "state is not included in the list"},
           Row{"sha", {{"state", "error"}}, std::string(40, 'f'), 422, "No commit found for SHA"},
       }) {
    SCOPED_TRACE(row.name);
    const auto response = PostStatus(row.sha, row.status);
    EXPECT_EQ(response.status, row.code);
    EXPECT_THAT(response.body, HasSubstr(row.says));
  }
}

TEST_F(GitHubTest, RefusesTheStatusAfterTheThousandth) {
  for (int i = 0; i < 1000; ++i) {
    ASSERT_EQ(PostStatus(head_sha_, {{"state", "pending"}, {"context", "a"}}).status, 201);
  }
  EXPECT_EQ(PostStatus(head_sha_, {{"state", "pending"}, {"context", "a"}}).status, 422);
  EXPECT_EQ(PostStatus(head_sha_, {{"state", "pending"}, {"context", "b"}}).status, 201);
}

TEST_F(GitHubTest, RefusesAStatusForAForgottenCommit) {
  sandbox_.Control("DELETE", "/commits/kubevirt/kubevirt/" + head_sha_);
  EXPECT_EQ(PostStatus(head_sha_, {{"state", "error"}}).status, 422);
}

TEST_F(GitHubTest, ServesEnterprisePaths) {
  EXPECT_EQ(GitHub("GET", "/api/v3/repos/kubevirt/kubevirt/pulls/1").status, 200);
}

TEST_F(GitHubTest, TellsTheRateLimitWithEachAnswer) {
  for (const std::string path : {"pulls/1", "nothing"}) {
    const auto response = GitHub("GET", path);
    EXPECT_EQ(response.header("x-ratelimit-limit"), "1000000");
    EXPECT_TRUE(response.header("x-ratelimit-remaining"));
    EXPECT_TRUE(response.header("x-ratelimit-reset"));
  }
}

class LimitedGitHubTest : public SandboxFixture {
 protected:
  static Options Limited() {
    Options options;
    options.github_rate_limit = 2;
    options.github_tokens = {"secret"};
    return options;
  }
  LimitedGitHubTest() : SandboxFixture(Limited()) {}

  int StatusWith(const std::string& authorization) {
    return GitHub("GET", "pulls/1", "", {{"Authorization", authorization}}).status;
  }
};

TEST_F(LimitedGitHubTest, AsksForOneOfItsTokens) {
  EXPECT_EQ(GitHub("GET", "pulls/1").status, 401);
  EXPECT_EQ(StatusWith("Bearer wrong"), 401);
  EXPECT_EQ(StatusWith("token secret"), 200);
  EXPECT_EQ(StatusWith("Bearer secret"), 200);
}

TEST_F(LimitedGitHubTest, RefusesCallsOverTheLimitUntilTheHourIsOver) {
  EXPECT_EQ(StatusWith("Bearer secret"), 200);
  EXPECT_EQ(StatusWith("Bearer secret"), 200);
  EXPECT_EQ(StatusWith("Bearer secret"), 403);
  clock_.Advance(std::chrono::hours(1));
  EXPECT_EQ(StatusWith("Bearer secret"), 200);
}

}  // namespace
}  // namespace prow_coverage::sandbox
