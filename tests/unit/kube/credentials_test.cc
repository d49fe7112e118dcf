#include "prow_coverage/kube/credentials.h"

#include <atomic>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/base/file.h"

#include "exec_plugin_credentials.h"
#include "support/fake_clock.h"
#include "support/recording_logger.h"
#include "support/temp_dir.h"

namespace prow_coverage::kube {
namespace {

using std::chrono::seconds;
using ::testing::HasSubstr;

class CredentialsTest : public ::testing::Test {
 protected:
  std::string Authorization(Credentials& credentials) {
    const auto identity = credentials.Current();
    return identity ? identity->authorization : "error: " + identity.error().message;
  }

  prow_coverage::testing::TempDir dir_;
  prow_coverage::testing::FakeClock clock_;
  prow_coverage::testing::RecordingLogger logger_;
  Cluster cluster_;
};

using StaticCredentials = CredentialsTest;

TEST_F(StaticCredentials, SendATokenAPasswordOrNothing) {
  EXPECT_EQ(Authorization(*MakeCredentials(cluster_, clock_, logger_)), "");
  cluster_.username = "u";
  cluster_.password = "p";
  EXPECT_EQ(Authorization(*MakeCredentials(cluster_, clock_, logger_)), "Basic dTpw");
  cluster_.token = "t";
  EXPECT_EQ(Authorization(*MakeCredentials(cluster_, clock_, logger_)), "Bearer t");
}

TEST_F(StaticCredentials, CarryTheClusterTls) {
  cluster_.tls.ca_pem = "ca";
  cluster_.tls.certificate_pem = "cert";
  EXPECT_EQ(*MakeCredentials(cluster_, clock_, logger_)->Current()->tls, cluster_.tls);
}

class TokenFile : public CredentialsTest {
 protected:
  void SetUp() override {
    cluster_.token_file = dir_.Write("token", " one\n");
    cluster_.token = "inline";
    credentials_ = MakeCredentials(cluster_, clock_, logger_);
  }

  std::unique_ptr<Credentials> credentials_;
};

TEST_F(TokenFile, WinsOverAnInlineToken) { EXPECT_EQ(Authorization(*credentials_), "Bearer one"); }

TEST_F(TokenFile, IsLookedAtOnceASecond) {
  EXPECT_EQ(Authorization(*credentials_), "Bearer one");
  dir_.Write("token", "two");
  EXPECT_EQ(Authorization(*credentials_), "Bearer one");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Authorization(*credentials_), "Bearer two");
}

TEST_F(TokenFile, IsReadAtOnceWhenItsTokenIsRefused) {
  const auto identity = credentials_->Current();
  dir_.Write("token", "two");
  credentials_->Refused(*identity);
  EXPECT_EQ(Authorization(*credentials_), "Bearer two");
}

TEST_F(TokenFile, KeepsTheLastGoodTokenWhileTheFileIsBroken) {
  EXPECT_EQ(Authorization(*credentials_), "Bearer one");
  std::filesystem::remove(cluster_.token_file);
  for (int i = 0; i < 3; ++i) {
    clock_.Advance(seconds(1));
    EXPECT_EQ(Authorization(*credentials_), "Bearer one");
  }
  ASSERT_EQ(logger_.lines().size(), 1U);
  EXPECT_TRUE(logger_.Has("the last one stays in force"));
}

TEST_F(TokenFile, FailsWhenTheFileIsGoneAndItsTokenRefused) {
  const auto identity = credentials_->Current();
  std::filesystem::remove(cluster_.token_file);
  credentials_->Refused(*identity);
  const auto next = credentials_->Current();
  ASSERT_FALSE(next);
  EXPECT_EQ(next.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(next.error().message, HasSubstr(cluster_.token_file.string()));
}

TEST_F(TokenFile, RefusesContentThatIsNoToken) {
  for (const char* content : {"", " \n", "a\nb", "a\x01"}) {
    dir_.Write("token", content);
    EXPECT_FALSE(MakeCredentials(cluster_, clock_, logger_)->Current()) << content;
  }
}

// The plugin is a script that notes each of its runs in the file "runs".
class ExecPluginTest : public CredentialsTest {
 protected:
  void SetUp() override {
    cluster_.exec.api_version = "client.authentication.k8s.io/v1";
    cluster_.exec.command = (dir_.path() / "plugin").string();
    cluster_.exec.install_hint = "install it\nfrom there";
    cluster_.exec.env = {{"RUNS", (dir_.path() / "runs").string()}};
  }

  void Script(const std::string& body) {
    const auto path = dir_.Write("plugin", "#!/bin/sh\necho run >> \"$RUNS\"\n" + body + "\n");
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
  }
  // Answers the token "t<number of this run>".
  void ScriptWithStatus(const std::string& more) {
    Script(
        "n=$(wc -l < \"$RUNS\")\n"
        "echo '{\"apiVersion\":\"client.authentication.k8s.io/v1\",\"kind\":\"ExecCredential\","
        "\"status\":{\"token\":\"t'$n'\"" +
        more + "}}'");
  }
  std::size_t runs() const {
    const auto text = ReadFile(dir_.path() / "runs");
    return text ? text->size() / 4 : 0;
  }
};

TEST_F(ExecPluginTest, RunsOnceForACredentialWithoutExpiry) {
  ScriptWithStatus("");
  const auto credentials = MakeCredentials(cluster_, clock_, logger_);
  EXPECT_EQ(Authorization(*credentials), "Bearer t1");
  clock_.Advance(std::chrono::hours(24 * 365));
  EXPECT_EQ(Authorization(*credentials), "Bearer t1");
}

TEST_F(ExecPluginTest, RunsAgainAMinuteBeforeExpiry) {
  ScriptWithStatus(R"(,"expirationTimestamp":"2026-08-19T11:00:00Z")");  // in an hour
  const auto credentials = MakeCredentials(cluster_, clock_, logger_);
  EXPECT_EQ(Authorization(*credentials), "Bearer t1");
  clock_.Advance(seconds(3539));
  EXPECT_EQ(Authorization(*credentials), "Bearer t1");
  clock_.Advance(seconds(1));
  EXPECT_EQ(Authorization(*credentials), "Bearer t2");
}

TEST_F(ExecPluginTest, RunsAgainOnceWhenRefused) {
  ScriptWithStatus("");
  const auto credentials = MakeCredentials(cluster_, clock_, logger_);
  const auto refused = credentials->Current();
  credentials->Refused(*refused);
  EXPECT_EQ(Authorization(*credentials), "Bearer t2");
  credentials->Refused(*refused);  // Another worker is refused with the old one, too late.
  EXPECT_EQ(Authorization(*credentials), "Bearer t2");
}

TEST_F(ExecPluginTest, BringsAClientCertificate) {
  Script(R"(echo '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",
         "status":{"clientCertificateData":"cert","clientKeyData":"key"}}')");
  cluster_.tls.ca_pem = "ca";
  const auto identity = MakeCredentials(cluster_, clock_, logger_)->Current();
  ASSERT_TRUE(identity) << identity.error().message;
  EXPECT_EQ(identity->authorization, "");
  EXPECT_EQ(*identity->tls, (http::Tls{"ca", "cert", "key", "", false}));
}

TEST_F(ExecPluginTest, GetsItsArgumentsAndTheExecInfo) {
  Script(R"(printf '{"apiVersion":"client.authentication.k8s.io/v1","kind":"ExecCredential",
         "status":{"token":"%s-%s"}}' "$1" "${KUBERNETES_EXEC_INFO##*spec}" |
         tr -d '":{}' >&2
         exit 1)");
  cluster_.exec.args = {"get-token"};
  const auto identity = MakeCredentials(cluster_, clock_, logger_)->Current();
  EXPECT_THAT(identity.error().message, HasSubstr("get-token-interactivefalse"));
}

TEST_F(ExecPluginTest, AnInlineTokenWinsOverIt) {
  ScriptWithStatus("");
  cluster_.token = "inline";
  EXPECT_EQ(Authorization(*MakeCredentials(cluster_, clock_, logger_)), "Bearer inline");
  EXPECT_EQ(runs(), 0U);
}

TEST_F(ExecPluginTest, QuotesItsLastWordsAndTheInstallHint) {
  Script("echo 'not logged in' >&2; exit 4");
  const auto identity = MakeCredentials(cluster_, clock_, logger_)->Current();
  ASSERT_FALSE(identity);
  EXPECT_EQ(identity.error().code, ErrorCode::kUnauthenticated);
  EXPECT_THAT(identity.error().message,
              HasSubstr("exit code 4: not logged in; install it from there"));
}

TEST_F(ExecPluginTest, SaysThatItIsNotInstalled) {
  const auto identity = MakeCredentials(cluster_, clock_, logger_)->Current();
  ASSERT_FALSE(identity);
  EXPECT_THAT(identity.error().message, HasSubstr("No such file or directory; install it"));
}

TEST_F(ExecPluginTest, RefusesACredentialThatHasExpired) {
  ScriptWithStatus(R"(,"expirationTimestamp":"2026-08-19T09:00:00Z")");
  const auto identity = MakeCredentials(cluster_, clock_, logger_)->Current();
  ASSERT_FALSE(identity);
  EXPECT_THAT(identity.error().message, HasSubstr("expired at 2026-08-19T09:00:00Z"));
}

TEST_F(ExecPluginTest, IsEndedWhenItsTimeIsOver) {
  Script("sleep 60");
  const auto credentials =
      MakeExecPluginCredentials(cluster_, clock_, logger_, std::chrono::milliseconds(200));
  EXPECT_THAT(credentials->Current().error().message, HasSubstr("did not end within"));
}

TEST_F(ExecPluginTest, IsLeftAloneForAMomentAfterAFailure) {
  Script("exit 1");
  const auto credentials = MakeCredentials(cluster_, clock_, logger_);
  EXPECT_FALSE(credentials->Current());
  EXPECT_FALSE(credentials->Current());
  EXPECT_EQ(runs(), 1U);
  ScriptWithStatus("");
  clock_.Advance(seconds(5));
  EXPECT_EQ(Authorization(*credentials), "Bearer t2");
}

TEST_F(ExecPluginTest, RunsOnceForManyWorkers) {
  ScriptWithStatus("");
  const auto credentials = MakeCredentials(cluster_, clock_, logger_);
  std::atomic<int> served = 0;
  std::vector<std::thread> workers;
  for (int i = 0; i < 8; ++i) {
    workers.emplace_back([&] { served += Authorization(*credentials) == "Bearer t1" ? 1 : 0; });
  }
  for (std::thread& worker : workers) worker.join();
  EXPECT_EQ(served, 8);
  EXPECT_EQ(runs(), 1U);
}

}  // namespace
}  // namespace prow_coverage::kube
