// Who the daemon is to the API server, and whom it takes for the API server.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/relay.h"
#include "support/stage.h"

namespace prow_coverage::e2e {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;

class IdentityTest : public ::testing::Test {
 protected:
  void GrantServiceAccount() { stage_.cluster.Grant(stage_.ns, ServiceAccount(stage_.ns)); }
  void GrantDeveloper() {
    stage_.cluster.Grant(
        stage_.ns,
        {{"kind", "User"}, {"name", "developer"}, {"apiGroup", "rbac.authorization.k8s.io"}});
  }

  // A delivery through this daemon becomes a job.
  void ExpectAJob(const testing::Process& daemon, int number = 1) {
    stage_.Deliver(daemon, number);
    EXPECT_EQ(stage_.AwaitReason(number, "job_created")["reason"], "job_created") << daemon.Err();
  }

  Stage stage_;
};

TEST_F(IdentityTest, ClientCertificateOfAKubeconfig) {
  GrantDeveloper();
  const auto daemon =
      stage_.StartDaemon(stage_.cluster.Kubeconfig(stage_.cluster.DeveloperCertificate()));
  ExpectAJob(*daemon);
}

TEST_F(IdentityTest, ExpiredClientCertificateIsToldAndWaitedFor) {
  const auto daemon = stage_.StartDaemon(
      stage_.cluster.Kubeconfig({{"client-certificate-data", stage_.cluster.Base64("expired.crt")},
                                 {"client-key-data", stage_.cluster.Base64("expired.key")}}));
  stage_.Deliver(*daemon, 1);
  const json waiting = stage_.AwaitReason(1, "waiting_for_kubernetes");
  EXPECT_THAT(waiting.value("detail", ""), HasSubstr("the API server refuses the credential"));
}

// A kubeconfig's user whose credential comes from this program.
class ExecPluginTest : public IdentityTest {
 protected:
  json User(const std::string& script) {
    const auto plugin = stage_.world.dir().Write("plugin", "#!/bin/sh\n" + script);
    std::filesystem::permissions(plugin, std::filesystem::perms(0700));
    return {{"exec",
             {{"apiVersion", "client.authentication.k8s.io/v1"},
              {"command", plugin},
              {"args", {"credential"}},
              {"env", {{{"name", "SIDE"}, {"value", "e2e"}}}},
              {"interactiveMode", "Never"}}}};
  }

  static std::string Says(const json& status) {
    const json credential = {{"apiVersion", "client.authentication.k8s.io/v1"},
                             {"kind", "ExecCredential"},
                             {"status", status}};
    return "[ \"$1 $SIDE\" = 'credential e2e' ] && cat <<'END'\n" + credential.dump() + "\nEND\n";
  }
};

TEST_F(ExecPluginTest, GivesAToken) {
  GrantServiceAccount();
  const json user = User(Says({{"token", stage_.cluster.Token(stage_.ns)}}));
  const auto daemon = stage_.StartDaemon(stage_.cluster.Kubeconfig(user));
  ExpectAJob(*daemon);
}

TEST_F(ExecPluginTest, GivesAClientCertificate) {
  GrantDeveloper();
  const json user = User(Says({{"clientCertificateData", stage_.cluster.Pki("developer.crt")},
                               {"clientKeyData", stage_.cluster.Pki("developer.key")}}));
  const auto daemon = stage_.StartDaemon(stage_.cluster.Kubeconfig(user));
  ExpectAJob(*daemon);
}

TEST_F(ExecPluginTest, ThatFailsIsToldAndAskedAgain) {
  GrantServiceAccount();
  const json user = User("echo 'log in first' >&2; exit 3\n");
  const auto daemon = stage_.StartDaemon(stage_.cluster.Kubeconfig(user));
  stage_.Deliver(*daemon, 1);
  const json waiting = stage_.AwaitReason(1, "waiting_for_kubernetes");
  EXPECT_THAT(waiting.value("detail", ""), HasSubstr("exit code 3: log in first"));
  User(Says({{"token", stage_.cluster.Token(stage_.ns)}}));
  EXPECT_EQ(stage_.AwaitReason(1, "job_created")["reason"], "job_created") << daemon->Err();
}

struct Proxy {
  const char* scheme;
  Relay::Kind kind;
};

constexpr Proxy kProxies[] = {{"http", Relay::Kind::kConnectProxy},
                              {"socks5", Relay::Kind::kSocks5Proxy}};

TEST_F(IdentityTest, ProxyOfTheKubeconfig) {
  GrantServiceAccount();
  int number = 0;
  for (const auto& proxy : kProxies) {
    SCOPED_TRACE(proxy.scheme);
    const Relay relay(proxy.kind, stage_.cluster.port());
    const std::string url =
        std::string(proxy.scheme) + "://127.0.0.1:" + std::to_string(relay.port());
    const auto daemon = stage_.StartDaemon(stage_.cluster.Kubeconfig(
        {{"token", stage_.cluster.Token(stage_.ns)}}, {{"proxy-url", url}}));
    ExpectAJob(*daemon, ++number);
    EXPECT_GT(relay.connections(), 0);
  }
}

TEST_F(IdentityTest, RevokedTokenWaitsForItsSuccessor) {
  GrantServiceAccount();
  const std::string token = stage_.cluster.Token(stage_.ns);
  stage_.PutToken(token);
  const auto daemon = stage_.StartDaemon(stage_.cluster.Kubeconfig(stage_.TokenFileUser()));
  ExpectAJob(*daemon, 1);
  const std::string account = "/api/v1/namespaces/" + stage_.ns + "/serviceaccounts";
  stage_.cluster.Delete(account + "/prow-coverage");
  // The API server believes a token for ten seconds after it has seen it.
  ASSERT_TRUE(Eventually(
      [&] { return stage_.cluster.AskAs(token, "GET", ProwJobsPath(stage_.ns)).status == 401; }));
  stage_.Deliver(*daemon, 2);
  const json waiting = stage_.AwaitReason(2, "waiting_for_kubernetes");
  EXPECT_THAT(waiting.value("detail", ""), HasSubstr("the API server refuses the credential"));
  daemon->AwaitErr("\"level\":\"error\"");
  EXPECT_EQ(stage_.cluster.Jobs(stage_.ns).size(), 1u);

  stage_.cluster.Post(account, {{"metadata", {{"name", "prow-coverage"}}}});
  stage_.PutToken(stage_.cluster.Token(stage_.ns));
  EXPECT_EQ(stage_.AwaitReason(2, "job_created")["reason"], "job_created") << daemon->Err();
  EXPECT_EQ(stage_.cluster.Jobs(stage_.ns).size(), 2u);
}

struct Impostor {
  const char* name;
  json cluster;
  const char* told;
};

TEST_F(IdentityTest, RefusesAServerThatCannotProveItself) {
  GrantServiceAccount();
  const json user = {{"token", stage_.cluster.Token(stage_.ns)}};
  const Impostor impostors[] = {
      {"expired", {{"tls-server-name", "expired.test"}}, "expired"},
      {"another host", {{"tls-server-name", "another.test"}}, "another.test"},
      {"another CA",
       {{"certificate-authority-data", stage_.cluster.Base64("other-ca.crt")}},
       "unable to get local issuer certificate"},
  };
  int number = 0;
  for (const auto& impostor : impostors) {
    SCOPED_TRACE(impostor.name);
    const auto daemon = stage_.StartDaemon(stage_.cluster.Kubeconfig(user, impostor.cluster));
    stage_.Deliver(*daemon, ++number);
    const json delivery = stage_.AwaitReason(number, "waiting_for_kubernetes");
    EXPECT_THAT(delivery.value("detail", ""), HasSubstr(impostor.told));
    EXPECT_THAT(daemon->Err(), HasSubstr(impostor.told));
  }
  EXPECT_TRUE(stage_.cluster.Jobs(stage_.ns).empty());
}

}  // namespace
}  // namespace prow_coverage::e2e
