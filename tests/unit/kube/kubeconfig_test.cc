#include "prow_coverage/kube/kubeconfig.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace prow_coverage::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kPem[] = "-----BEGIN CERTIFICATE-----\nMA==\n-----END CERTIFICATE-----\n";
// kPem in base64.
constexpr char kPemData[] =
    "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tCk1BPT0KLS0tLS1FTkQgQ0VSVElGSUNBVEUtLS0tLQo=";

// One context "dev" (the current one) of a cluster "c" and a user "u".
std::string WithClusterAndUser(const std::string& cluster, const std::string& user) {
  return "apiVersion: v1\n"
         "kind: Config\n"
         "current-context: dev\n"
         "contexts:\n"
         "- {name: dev, context: {cluster: c, user: u, namespace: jobs}}\n"
         "- {name: other, context: {cluster: c, user: u}}\n"
         "clusters:\n"
         "- name: c\n"
         "  cluster: " +
         cluster + "\n" +
         "users:\n"
         "- name: u\n"
         "  user: " +
         user + "\n";
}

class Kubeconfig : public ::testing::Test {
 protected:
  Result<Cluster> Load(const std::string& text, std::string_view context = "") {
    path_ = dir_.Write("kube/config", text);
    return LoadKubeconfig(path_, context);
  }

  // Loads what must fail and answers "<line>: <what>".
  std::string Complaint(const std::string& text, std::string_view context = "") {
    const auto cluster = Load(text, context);
    if (cluster) return "it was accepted";
    EXPECT_EQ(cluster.error().code, ErrorCode::kInvalidArgument);
    const std::string file = path_.string() + ":";
    EXPECT_THAT(cluster.error().message, HasSubstr(file));
    return cluster.error().message.substr(cluster.error().message.find(file) + file.size());
  }

  std::string ClusterComplaint(const std::string& cluster) {
    return Complaint(WithClusterAndUser(cluster, "{}"));
  }
  std::string UserComplaint(const std::string& user) {
    return Complaint(WithClusterAndUser("{server: 'https://h:6443'}", user));
  }
  Cluster LoadUser(const std::string& user) {
    return Load(WithClusterAndUser("{server: 'https://h:6443'}", user)).value();
  }

  prow_coverage::testing::TempDir dir_;
  std::filesystem::path path_;
};

TEST_F(Kubeconfig, ResolvesTheCurrentContext) {
  const auto cluster = Load(WithClusterAndUser(
      "{server: 'https://h:6443/', tls-server-name: api.local, proxy-url: 'socks5://p:1080'}",
      "{token: secret}"));
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_EQ(cluster->context, "dev");
  EXPECT_EQ(cluster->server, "https://h:6443");
  EXPECT_EQ(cluster->ns, "jobs");
  EXPECT_EQ(cluster->token, "secret");
  EXPECT_EQ(cluster->proxy, "socks5://p:1080");
  EXPECT_EQ(cluster->tls.server_name, "api.local");
}

TEST_F(Kubeconfig, AGivenContextWinsAndDefaultsItsNamespace) {
  const auto cluster = Load(WithClusterAndUser("{server: 'https://h'}", "{}"), "other");
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_EQ(cluster->context, "other");
  EXPECT_EQ(cluster->ns, "default");
}

TEST_F(Kubeconfig, ReadsJson) {
  const auto cluster = Load(R"({"current-context":"x","users":null,
      "contexts":[{"name":"x","context":{"cluster":"c"}}],
      "clusters":[{"name":"c","cluster":{"server":"https://[::1]:6443/k8s/clusters/c-1"}}]})");
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_EQ(cluster->server, "https://[::1]:6443/k8s/clusters/c-1");
}

TEST_F(Kubeconfig, ReadsCertificatesInline) {
  const std::string data = kPemData;
  const auto cluster = Load(
      WithClusterAndUser("{server: 'https://h', certificate-authority-data: " + data + "}",
                         "{client-certificate-data: " + data + ", client-key-data: " + data + "}"));
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_EQ(cluster->tls.ca_pem, kPem);
  EXPECT_EQ(cluster->tls.certificate_pem, kPem);
  EXPECT_EQ(cluster->tls.key_pem, kPem);
}

TEST_F(Kubeconfig, ReadsCertificateFilesRelativeToItself) {
  dir_.Write("kube/ca.pem", kPem);
  const auto key = dir_.Write("elsewhere/key.pem", kPem);
  const auto cluster = Load(WithClusterAndUser(
      "{server: 'https://h', certificate-authority: ca.pem}",
      "{client-certificate: ../elsewhere/key.pem, client-key: '" + key.string() + "'}"));
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_EQ(cluster->tls.ca_pem, kPem);
  EXPECT_EQ(cluster->tls.key_pem, kPem);
}

TEST_F(Kubeconfig, InlineDataWinsOverAFile) {
  const std::string data = kPemData;
  const auto cluster = Load(WithClusterAndUser(
      "{server: 'https://h', certificate-authority: missing.pem, certificate-authority-data: " +
          data + "}",
      "{}"));
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_EQ(cluster->tls.ca_pem, kPem);
}

TEST_F(Kubeconfig, ReadsInsecureSkipTlsVerify) {
  const auto cluster =
      Load(WithClusterAndUser("{server: 'https://h', insecure-skip-tls-verify: true}", "{}"));
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_TRUE(cluster->tls.insecure_skip_verify);
}

TEST_F(Kubeconfig, ReadsATokenFile) {
  EXPECT_EQ(LoadUser("{token: old, tokenFile: t}").token_file, dir_.path() / "kube/t");
}

TEST_F(Kubeconfig, ReadsAPassword) {
  const Cluster cluster = LoadUser("{username: u, password: p}");
  EXPECT_EQ(cluster.username + ":" + cluster.password, "u:p");
}

TEST_F(Kubeconfig, ReadsImpersonation) {
  const Cluster cluster = LoadUser("{token: t, as: jane, as-groups: [dev, 'a b']}");
  EXPECT_EQ(cluster.impersonate, "jane");
  EXPECT_THAT(cluster.impersonate_groups, ElementsAre("dev", "a b"));
}

TEST_F(Kubeconfig, ReadsAnExecPlugin) {
  const auto cluster = Load(WithClusterAndUser(
      "{server: 'https://h', extensions: [{name: client.authentication.k8s.io/exec, "
      "extension: {audience: x}}]}",
      "{exec: {apiVersion: client.authentication.k8s.io/v1, command: ./bin/login, "
      "args: [get, '--id=7'], env: [{name: A, value: b}], installHint: get it, "
      "provideClusterInfo: true, interactiveMode: IfAvailable}}"));
  ASSERT_TRUE(cluster) << cluster.error().message;
  const ExecPlugin& exec = cluster->exec;
  EXPECT_EQ(exec.api_version, "client.authentication.k8s.io/v1");
  EXPECT_EQ(exec.command, (dir_.path() / "kube/bin/login").string());
  EXPECT_THAT(exec.args, ElementsAre("get", "--id=7"));
  EXPECT_THAT(exec.env, ElementsAre(Pair("A", "b")));
  EXPECT_EQ(exec.install_hint, "get it");
  EXPECT_TRUE(exec.provide_cluster_info);
  EXPECT_EQ(exec.cluster_config, R"({"audience":"x"})");
}

TEST_F(Kubeconfig, LeavesACommandOfThePathAlone) {
  const Cluster cluster =
      LoadUser("{exec: {apiVersion: client.authentication.k8s.io/v1beta1, command: aws}}");
  EXPECT_EQ(cluster.exec.command, "aws");
}

TEST_F(Kubeconfig, SaysThatItIsNotThere) {
  const auto cluster = LoadKubeconfig(dir_.path() / "nothing", "");
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(cluster.error().message, HasSubstr((dir_.path() / "nothing").string()));
}

TEST_F(Kubeconfig, ListsTheContextsWhenNoneIsCurrent) {
  std::string text = WithClusterAndUser("{server: 'https://h'}", "{}");
  text.replace(text.find("current-context: dev"), 20, "current-context: \"\"");
  const std::string complaint = Complaint(text);
  EXPECT_THAT(complaint, HasSubstr("3: no current-context"));
  EXPECT_THAT(complaint, HasSubstr("--kube-context; there is: dev, other"));
}

TEST_F(Kubeconfig, NamesTheLineOfAReferenceToNothing) {
  const std::string text = WithClusterAndUser("{server: 'https://h'}", "{}");
  EXPECT_THAT(Complaint(text, "prod"),
              HasSubstr(R"(no context named "prod"; there is: dev, other)"));

  std::string no_cluster = text;
  no_cluster.replace(no_cluster.find("cluster: c,"), 11, "cluster: d,");
  EXPECT_THAT(Complaint(no_cluster), HasSubstr(R"(5: there is no cluster named "d"; there is: c)"));

  std::string no_user = text;
  no_user.replace(no_user.find("user: u,"), 8, "user: v,");
  EXPECT_THAT(Complaint(no_user), HasSubstr(R"(5: there is no user named "v"; there is: u)"));
}

TEST_F(Kubeconfig, RefusesWhatIsNoKubeconfig) {
  EXPECT_THAT(Complaint("[1, 2]"), HasSubstr("this is no kubeconfig"));
  EXPECT_THAT(Complaint("current-context: x\ncontexts: 5\n"),
              HasSubstr("2: contexts must be a list of mappings"));
}

struct BrokenRow {
  const char* text;
  const char* complaint;
};

TEST_F(Kubeconfig, RefusesABrokenCluster) {
  for (const BrokenRow& row : std::initializer_list<BrokenRow>{
           {"{}", "9: server is \"\""},
           {"{server: 'localhost:8080'}", "9: server is \"localhost:8080\", which is no URL"},
           {"{server: 'ftp://h'}", "which is no URL like https://"},
           {"{server: 'https://h?x=1'}", "which is no URL"},
           {"{server: [a]}", "server must be text"},
           {"{server: 'https://h', proxy-url: 'p:1'}", "proxy-url is \"p:1\""},
           {"{server: 'https://h', certificate-authority-data: '%%%'}",
            "certificate-authority-data is no base64"},
           {"{server: 'https://h', certificate-authority-data: Zm9v}", "holds no PEM text"},
           {"{server: 'https://h', certificate-authority: gone.pem}",
            "certificate-authority cannot be used: cannot read"},
           {"{server: 'https://h', insecure-skip-tls-verify: maybe}", "must be true or false"},
       }) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(ClusterComplaint(row.text), HasSubstr(row.complaint));
  }
}

TEST_F(Kubeconfig, RefusesACaThatIsNotChecked) {
  const std::string data = kPemData;
  EXPECT_THAT(ClusterComplaint("{server: 'https://h', insecure-skip-tls-verify: true, "
                               "certificate-authority-data: " +
                               data + "}"),
              HasSubstr("9: insecure-skip-tls-verify contradicts certificate-authority"));
}

TEST_F(Kubeconfig, RefusesABrokenUser) {
  for (const BrokenRow& row : std::initializer_list<BrokenRow>{
           {"{auth-provider: {name: gcp}}", "12: auth-provider was removed"},
           {"{client-certificate: a.pem}", "client-certificate cannot be used"},
           {"{token: t, username: u}", "both a token and a username"},
           {"{token: \"a\\nb\"}", "token has a line end"},
           {"{as-groups: [g]}", "as-groups needs as"},
           {"{as: a, as-groups: g}", "as-groups must be a list of texts"},
           {"{as: a, as-user-extra: {x: [y]}}", "as-user-extra is not supported"},
           {"{exec: {apiVersion: client.authentication.k8s.io/v1}}", "exec has no command"},
           {"{exec: {apiVersion: client.authentication.k8s.io/v1alpha1, command: c}}",
            "must be client.authentication.k8s.io/v1 or v1beta1"},
           {"{exec: {apiVersion: client.authentication.k8s.io/v1, command: c, "
            "interactiveMode: Always}}",
            "always asks a person"},
           {"{exec: {apiVersion: client.authentication.k8s.io/v1, command: c, "
            "env: [{name: 'A=B'}]}}",
            "env needs a name"},
       }) {
    SCOPED_TRACE(row.text);
    EXPECT_THAT(UserComplaint(row.text), HasSubstr(row.complaint));
  }
}

TEST_F(Kubeconfig, RefusesACertificateWithoutItsKey) {
  const std::string data = kPemData;
  EXPECT_THAT(UserComplaint("{client-certificate-data: " + data + "}"),
              HasSubstr("client-certificate and client-key go together"));
}

}  // namespace
}  // namespace prow_coverage::kube
