#include "prow_coverage/github/client.h"

#include <gmock/gmock.h>

#include "prow_coverage/json/document.h"

#include "commit_status.h"
#include "github_fixture.h"

namespace prow_coverage::github {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

const std::string kSha = "0123456789abcdef0123456789abcdef01234567";
constexpr const char* kOneFile = R"([{"filename":"a.go"}])";

std::string PullJson(int number) {
  return R"({"number":)" + std::to_string(number) +
         R"(,"title":"t","html_url":"https://h/o/r/pull/1",
      "state":"open","user":{"login":"u","html_url":"https://h/u"},
      "head":{"sha":")" +
         kSha + R"(","ref":"topic"},
      "base":{"sha":")" +
         kSha + R"(","ref":"main",
              "repo":{"name":"r","html_url":"https://h/o/r","owner":{"login":"o"}}}})";
}

http::Headers LinkTo(const std::string& target) {
  return {{"link", "<" + target + ">; rel=\"next\""}};
}

struct ClientTest : GitHubFixture {
  Result<ChangedFiles> Files() { return Run(MakeTheClient()->GetChangedFiles("o", "r", 7)); }
  Result<std::string> Tip(const std::string& branch) {
    return Run(MakeTheClient()->GetBranchTip("o", "r", branch));
  }
};

TEST_F(ClientTest, FilesOfAllPagesAndPreviousNames) {
  options.endpoints = {"https://ghe.example/api/v3"};
  http.Answer(200, R"([{"filename":"b.go","previous_filename":"a.go","status":"renamed"}])",
              LinkTo("https://other.example/api/v3/repositories/1/pulls/7/files?page=2"));
  http.Answer(200, R"([{"filename":"c.go"}])");
  EXPECT_EQ(Files().value(), (ChangedFiles{{{"b.go", "a.go"}, {"c.go", ""}}, false}));
  EXPECT_EQ(http.requests[0].url,
            "https://ghe.example/api/v3/repos/o/r/pulls/7/files?per_page=100");
  EXPECT_EQ(http.requests[1].url, "https://ghe.example/api/v3/repositories/1/pulls/7/files?page=2");
}

TEST_F(ClientTest, FilesThatRunInACircleAreTruncated) {
  http.Answer(200, kOneFile, LinkTo("/p?page=2"));
  http.Answer(200, kOneFile, LinkTo("/p?page=2"));
  EXPECT_TRUE(Files()->truncated);
  EXPECT_EQ(http.requests.size(), 2u);
}

TEST_F(ClientTest, FilesStopAtThirtyPages) {
  int page = 1;
  http.answer = [&](const http::Request&) -> Result<http::Response> {
    return http::Response{200, LinkTo("/p?page=" + std::to_string(++page)), kOneFile};
  };
  EXPECT_TRUE(Files()->truncated);
  EXPECT_EQ(http.requests.size(), 30u);
}

TEST_F(ClientTest, FilesAtGitHubsCapAreTruncated) {
  std::string page = "[";
  for (int i = 0; i < 3000; ++i) page += R"({"filename":"a"},)";
  page.back() = ']';
  http.Answer(200, page);
  EXPECT_TRUE(Files()->truncated);
}

TEST_F(ClientTest, FilesThatAreTooLargeToReadAreTruncated) {
  http.answers.emplace_back(Error{ErrorCode::kTooLarge, "over 32 MiB", {}});
  EXPECT_TRUE(Files()->truncated);
}

TEST_F(ClientTest, FilesRefuseAnAnswerOfAnotherShape) {
  struct Row {
    const char* name;
    const char* body;
    http::Headers headers;
    const char* part;
  };
  const Row rows[] = {
      {"error object", R"({"message":"Server Error"})", {}, "array"},
      {"no file name", R"([{"name":"a.go"}])", {}, "[0].filename"},
      {"file name is a number", R"([{"filename":7}])", {}, "[0].filename"},
      {"null", "null", {}, "array"},
      {"link to nowhere", kOneFile, LinkTo("not a path"), "next page"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    http.Answer(200, row.body, row.headers);
    const auto files = Files();
    ASSERT_FALSE(files);
    EXPECT_EQ(files.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(files.error().message, HasSubstr(row.part));
  }
}

TEST_F(ClientTest, PullRequest) {
  http.Answer(200, PullJson(7));
  const auto pull = Run(MakeTheClient()->GetPullRequest("o", "r", 7));
  ASSERT_TRUE(pull) << pull.error().message;
  EXPECT_EQ(pull->head_sha, kSha);
  EXPECT_THAT(http.requests[0].url, EndsWith("/repos/o/r/pulls/7"));
}

TEST_F(ClientTest, PullRequestSaysWhatIsMissing) {
  http.Answer(200, R"({"number":7})");
  const auto pull = Run(MakeTheClient()->GetPullRequest("o", "r", 7));
  EXPECT_EQ(pull.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(pull.error().message, HasSubstr("/repos/o/r/pulls/7: base.repo.owner.login"));
}

TEST_F(ClientTest, BranchTipKeepsSlashesAndEscapesTheRest) {
  http.Answer(200, R"({"ref":"refs/heads/feature/x#1","object":{"sha":")" + kSha + R"("}})");
  EXPECT_EQ(Tip("feature/x#1").value(), kSha);
  EXPECT_THAT(http.requests[0].url, EndsWith("/repos/o/r/git/ref/heads/feature/x%231"));
}

TEST_F(ClientTest, BranchTipIsNotThatOfALongerName) {
  const std::string longer = R"({"ref":"refs/heads/main-2","object":{"sha":")" + kSha + R"("}})";
  for (const auto& body : {"[" + longer + "]", longer, std::string("[]")}) {
    SCOPED_TRACE(body);
    http.Answer(200, body);
    EXPECT_EQ(Tip("main").error().code, ErrorCode::kNotFound);
  }
}

TEST_F(ClientTest, BranchTipIsFoundInAList) {
  http.Answer(200, R"([{"ref":"refs/heads/main-2","object":{"sha":"x"}},
                       {"ref":"refs/heads/main","object":{"sha":")" +
                       kSha + R"("}}])");
  EXPECT_EQ(Tip("main").value(), kSha);
}

TEST_F(ClientTest, BranchTipRefusesAnAnswerOfAnotherShape) {
  for (const char* body : {R"({"message":"?"})", R"({"ref":"refs/heads/main"})", "7",
                           R"({"ref":"refs/heads/main","object":{"sha":"../x"}})"}) {
    SCOPED_TRACE(body);
    http.Answer(200, body);
    EXPECT_EQ(Tip("main").error().code, ErrorCode::kInvalidArgument);
  }
}

TEST_F(ClientTest, NamesThatLeadElsewhereAreNotSent) {
  for (const std::string branch : {"../../../user", "a//b", "", "."}) {
    SCOPED_TRACE(branch);
    EXPECT_EQ(Tip(branch).error().code, ErrorCode::kInvalidArgument);
  }
  EXPECT_FALSE(Run(MakeTheClient()->GetBranchTip("..", "r", "main")));
  EXPECT_TRUE(http.requests.empty());
}

TEST_F(ClientTest, StatusIsPosted) {
  http.Answer(201, "{}");
  const CommitStatus status{CommitState::kFailure, "coverage-auto", "50.0%", "https://deck"};
  ASSERT_TRUE(Run(MakeTheClient()->CreateStatus("o", "r", kSha, status)));
  EXPECT_EQ(http.requests[0].method, "POST");
  EXPECT_THAT(http.requests[0].url, EndsWith("/repos/o/r/statuses/" + kSha));
  EXPECT_EQ(http.requests[0].body,
            R"({"state":"failure","context":"coverage-auto","description":"50.0%",)"
            R"("target_url":"https://deck"})");
}

TEST_F(ClientTest, StatusThatIsRefusedSaysWhy) {
  http.Answer(422,
              R"({"message":"Validation Failed","errors":[{"message":"description too long"}]})");
  const auto posted = Run(MakeTheClient()->CreateStatus("o", "r", kSha, {}));
  EXPECT_EQ(posted.error().code, ErrorCode::kRejected);
  EXPECT_THAT(posted.error().message, HasSubstr("Validation Failed; description too long"));
}

TEST(CommitStatus, LeavesAnEmptyUrlOutAndReplacesWhatIsNoUtf8) {
  EXPECT_EQ(RenderStatus({CommitState::kPending, "c", "a\xff", ""}),
            R"({"state":"pending","context":"c","description":"a)"
            "\xef\xbf\xbd"
            R"("})");
}

TEST_F(ClientTest, StatusesOfACommit) {
  http.Answer(200, R"({"state":"pending","statuses":[
      {"context":"a","state":"success","description":null,"target_url":null},
      {"context":"b","state":"error","description":"d","target_url":"https://t"},
      {"context":"c","state":"of another planet"}]})");
  EXPECT_EQ(Run(MakeTheClient()->ListStatuses("o", "r", kSha)).value(),
            (std::vector<CommitStatus>{{CommitState::kSuccess, "a", "", ""},
                                       {CommitState::kError, "b", "d", "https://t"}}));
  EXPECT_THAT(http.requests[0].url, EndsWith("/commits/" + kSha + "/status?per_page=100"));
}

TEST_F(ClientTest, StatusesOfACommitWithMoreContextsThanAPage) {
  http.Answer(200, R"({"statuses":[{"context":"a","state":"success"}]})",
              LinkTo("/repositories/1/commits/" + kSha + "/status?per_page=100&page=2"));
  http.Answer(200, R"({"statuses":[{"context":"coverage-auto","state":"failure"}]})");
  EXPECT_EQ(Run(MakeTheClient()->ListStatuses("o", "r", kSha)).value(),
            (std::vector<CommitStatus>{{CommitState::kSuccess, "a", "", ""},
                                       {CommitState::kFailure, "coverage-auto", "", ""}}));
  EXPECT_THAT(http.requests[1].url, EndsWith("/status?per_page=100&page=2"));
}

TEST_F(ClientTest, StatusesThatDoNotEndAreCut) {
  int page = 1;
  http.answer = [&page](const http::Request&) -> Result<http::Response> {
    return http::Response{200, LinkTo("/s?page=" + std::to_string(++page)), R"({"statuses":[]})"};
  };
  EXPECT_TRUE(Run(MakeTheClient()->ListStatuses("o", "r", kSha)));
  EXPECT_EQ(http.requests.size(), 10u);
}

TEST_F(ClientTest, UnchangedPagesOfPullRequestsAreAskedForConditionally) {
  const auto client = MakeTheClient();
  auto headers = LinkTo("/p?page=2");
  headers.emplace_back("etag", "\"one\"");
  http.Answer(200, "[" + PullJson(9) + "," + PullJson(8) + "]", headers);
  http.Answer(200, "[" + PullJson(7) + "]", {{"etag", "\"two\""}});
  const auto first = Run(client->ListOpenPullRequests("o", "r"));
  ASSERT_EQ(first->size(), 3u);
  EXPECT_EQ(HeaderOf(0, "If-None-Match"), "");

  http.Answer(304, "");
  http.Answer(304, "");
  EXPECT_EQ(Run(client->ListOpenPullRequests("o", "r")).value(), *first);
  EXPECT_EQ(HeaderOf(2, "If-None-Match"), "\"one\"");
  EXPECT_EQ(HeaderOf(3, "If-None-Match"), "\"two\"");
  EXPECT_THAT(http.requests[3].url, EndsWith("/p?page=2"));
}

TEST_F(ClientTest, AnUnreadablePullRequestDoesNotHideTheOthers) {
  http.Answer(200, "[{}," + PullJson(7) + "]");
  EXPECT_EQ(Run(MakeTheClient()->ListOpenPullRequests("o", "r"))->size(), 1u);
  EXPECT_TRUE(logger.Has("unreadable pull request"));
}

TEST_F(ClientTest, PullRequestsThatRunInACircleEnd) {
  http.answer = [](const http::Request&) -> Result<http::Response> {
    return http::Response{200, LinkTo("/p?page=2"), "[]"};
  };
  EXPECT_TRUE(Run(MakeTheClient()->ListOpenPullRequests("o", "r")));
  EXPECT_EQ(http.requests.size(), 2u);
}

TEST_F(ClientTest, DryRunReadsAndDoesNotWrite) {
  const auto real = MakeTheClient();
  std::vector<std::string> printed;
  const auto dry = MakeDryRunClient(*real, [&](const std::string& org, const std::string& repo,
                                               const std::string& sha, const CommitStatus& status) {
    printed.push_back(org + "/" + repo + "@" + sha + " " + status.context);
  });
  ASSERT_TRUE(Run(dry->CreateStatus("o", "r", "s", {CommitState::kPending, "c", "", ""})));
  EXPECT_EQ(printed, (std::vector<std::string>{"o/r@s c"}));
  EXPECT_TRUE(http.requests.empty());
  http.Answer(200, PullJson(7));
  EXPECT_TRUE(Run(dry->GetPullRequest("o", "r", 7)));
}

}  // namespace
}  // namespace prow_coverage::github
