// Where the token is taken from, and that the checkout phase leaves it nowhere.

#include "prow_coverage/pr_pod/token.h"

#include <atomic>

#include <gmock/gmock.h>
#include <unistd.h>

#include "job_fixture.h"
#include "support/git_http_server.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

// Of this process alone: tests run side by side, and one looks into every process.
const std::string kToken = "ghp_ThisIsTheTokenThatNobodyMaySee" + std::to_string(::getpid());

TEST(Token, ComesFromTheEnvironmentFirst) {
  TempDir dir;
  const auto file = dir.Write(".env", "GITHUB_PAT=from-file\n");
  const auto token = pr_pod::FindToken({"from-environment\n", file, {}});
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value, "from-environment");
  EXPECT_EQ(token->source, "GITHUB_PAT");
}

TEST(Token, ComesFromTheFirstDefaultFileThatHasOne) {
  TempDir dir;
  const auto without = dir.Write("a", "OTHER=1\n");
  const auto with = dir.Write("b", "export GITHUB_PAT='t0' # mine\n");
  const auto token = pr_pod::FindToken({"", "", {dir.path() / "absent", without, with}});
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value, "t0");
  EXPECT_EQ(token->source, with.string());
}

TEST(Token, MayBeAbsent) {
  const auto token = pr_pod::FindToken({"", "", {}});
  ASSERT_TRUE(token);
  EXPECT_EQ(token->value, "");
}

TEST(Token, IsRefusedWithALineEndInsideAndNotShown) {
  for (const std::string& value : {std::string("abc\ndef"), std::string("abc def"),
                                   std::string("abc\x01"), std::string("abc\xC3\xA9")}) {
    const auto token = pr_pod::FindToken({value, "", {}});
    ASSERT_FALSE(token);
    EXPECT_THAT(token.error().message, HasSubstr("GITHUB_PAT"));
    EXPECT_THAT(token.error().message, Not(HasSubstr("abc")));
  }
}

TEST(Token, IsMissedInAFileThatWasNamed) {
  TempDir dir;
  EXPECT_FALSE(pr_pod::FindToken({"", dir.path() / "absent", {}}));
  const auto token = pr_pod::FindToken({"", dir.Write(".env", "A=1\n"), {}});
  ASSERT_FALSE(token);
  EXPECT_THAT(token.error().message, HasSubstr("has no GITHUB_PAT"));
}

// Command lines and environments of this machine's processes that hold the token.
std::vector<std::string> ProcessesWith(const std::string& secret) {
  std::vector<std::string> found;
  for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
    for (const char* file : {"cmdline", "environ"}) {
      std::ifstream in(entry.path() / file, std::ios::binary);
      const std::string content{std::istreambuf_iterator<char>(in), {}};
      if (content.find(secret) != std::string::npos) found.push_back(entry.path() / file);
    }
  }
  return found;
}

class TokenClone : public JobTest {
 protected:
  void SetUp() override {
    MakePull();
    ShellIn(".", "mkdir served; git clone -q --mirror src served/repo.git");
    dir_.Write("token", kToken + "\n");
  }

  void CloneFrom(const GitHttpServer& server) {
    variables_["PR_POD_REPO_URL"] = server.Url("repo.git");
  }

  std::filesystem::path served() const { return dir_.path() / "served"; }
};

TEST_F(TokenClone, IsSeenByTheServerAndByNobodyElse) {
  std::atomic<int> seen = 0;  // the server's thread counts, this one reads at the end
  const GitHttpServer server(served(), kToken, [&](const TinyRequest&) {
    seen += static_cast<int>(ProcessesWith(kToken).size());
  });
  CloneFrom(server);
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 0) << done.log;
  EXPECT_GE(server.requests().size(), 3U);
  EXPECT_EQ(seen, 0) << "in a command line or an environment while git was asking";
  EXPECT_THAT(done.log, Not(HasSubstr(kToken)));
  EXPECT_THAT(done.message, Not(HasSubstr(kToken)));
  EXPECT_EQ(ShellIn(".", "grep -rlF " + kToken + " workspace results || :"), "");
  EXPECT_THAT(Content(workspace() / ".git/config"), Not(HasSubstr("credential")));
  for (const auto& request : server.requests()) EXPECT_THAT(request.target, Not(HasSubstr(kToken)));
}

TEST_F(TokenClone, TellsARefusedTokenFromAMissingOneAndFromAMissingRepository) {
  struct Row {
    const char* name;
    const char* token;
    const char* repo;
    const char* says;
  };
  const Row rows[] = {
      {"expired", "ghp_expired", "repo.git", "refuses the token"},
      {"none", "", "repo.git", "wants a token"},
      {"not there", kToken.c_str(), "other.git",
       "does not exist, or the token may not see it (404)"},
  };
  const GitHttpServer server(served(), kToken);
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    std::filesystem::remove(token_file());
    if (*row.token != '\0') dir_.Write("token", row.token);
    std::filesystem::remove_all(workspace());
    std::filesystem::create_directory(workspace());
    variables_["PR_POD_REPO_URL"] = server.Url(row.repo);
    const auto done = Run("checkout");
    EXPECT_EQ(done.code, 1);
    EXPECT_THAT(done.summary(), HasSubstr(row.says));
    EXPECT_THAT(done.log, Not(HasSubstr("ghp_")));
  }
}

TEST_F(TokenClone, IsNotGivenToAServerThatARedirectNames) {
  const GitHttpServer other(served(), "another");
  const TinyHttpServer first([&](const TinyRequest& request) {
    return TinyAnswer::Of(302, "", "Location: " + other.Url(request.target.substr(1)) + "\r\n");
  });
  variables_["PR_POD_REPO_URL"] = first.Url("/repo.git");
  EXPECT_EQ(Run("checkout").code, 1);
  ASSERT_FALSE(other.requests().empty());
  for (const auto& request : other.requests())
    EXPECT_FALSE(request.headers.contains("authorization"));
}

TEST_F(TokenClone, IsBlackedOutWhenTheServerSendsItBack) {
  const TinyHttpServer hostile([&](const TinyRequest& request) {
    if (!request.headers.contains("authorization")) {
      return TinyAnswer::Of(401, "", "WWW-Authenticate: Basic realm=\"git\"\r\n");
    }
    return TinyAnswer::Of(403, "your token is " + kToken + "\n", "Content-Type: text/plain\r\n");
  });
  variables_["PR_POD_REPO_URL"] = hostile.Url("/repo.git");
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.log, HasSubstr("<token>"));
  EXPECT_THAT(done.log + done.message, Not(HasSubstr(kToken)));
  EXPECT_THAT(done.summary(), HasSubstr("(403)"));
}

}  // namespace
}  // namespace prow_coverage::testing
