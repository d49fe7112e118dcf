#include "prow_coverage/pr_pod/dev_cluster.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace prow_coverage::pr_pod {
namespace {

using ::testing::HasSubstr;

TEST(ChooseKubeconfig, TakesTheStrongestSourceThatIsSet) {
  KubeconfigSources sources{"flag", "dev", "primary", "plain", "/home/a"};
  EXPECT_EQ(*ChooseKubeconfig(sources), (KubeconfigChoice{"flag", "--kubeconfig"}));
  sources.flag.clear();
  EXPECT_EQ(*ChooseKubeconfig(sources), (KubeconfigChoice{"dev", "KUBECONFIG_DEV"}));
  sources.dev.clear();
  EXPECT_EQ(*ChooseKubeconfig(sources), (KubeconfigChoice{"primary", "KUBECONFIG_PRIMARY"}));
  sources.primary.clear();
  EXPECT_EQ(*ChooseKubeconfig(sources), (KubeconfigChoice{"plain", "KUBECONFIG"}));
  sources.kubeconfig.clear();
  EXPECT_EQ(ChooseKubeconfig(sources)->path, "/home/a/.kube/config");
  sources.home.clear();
  EXPECT_EQ(ChooseKubeconfig(sources).error().code, ErrorCode::kNotFound);
}

TEST(ChooseKubeconfig, TakesTheFirstFileOfAListThatExists) {
  const testing::TempDir dir;
  const auto second = dir.Write("second", "");
  const std::string list = ":" + (dir.path() / "first").string() + ":" + second.string();
  EXPECT_EQ(ChooseKubeconfig({"", "", "", list, ""})->path, second.string());
  EXPECT_EQ(ChooseKubeconfig({"", "", "", "a:b", ""})->path, "a");
}

TEST(CheckDevelopment, AllowsWhatLooksLikeADevelopmentCluster) {
  struct Row {
    const char* context;
    const char* server;
    bool allowed;
  };
  const Row rows[] = {
      {"kind-kind", "https://10.0.0.1:6443", true},
      {"k3d-dev", "https://10.0.0.1:6443", true},
      {"minikube", "https://192.168.49.2:8443", true},
      {"docker-desktop", "https://kubernetes.docker.internal:6443", true},
      {"anything", "https://127.0.0.1:6443", true},
      {"anything", "https://127.8.9.1:6443", true},
      {"anything", "https://localhost:6443", true},
      {"anything", "https://[::1]:6443", true},
      {"production", "https://api.example.org:6443", false},
      {"my-kind-kind", "https://api.example.org:6443", false},
      {"minikube-production", "https://api.example.org:6443", false},
      {"kind", "https://api.example.org:6443", false},
      {"production", "https://localhost.example.org:6443", false},
      {"production", "https://127.0.0.1.example.org:6443", false},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(std::string(row.context) + " " + row.server);
    kube::Cluster cluster;
    cluster.context = row.context;
    cluster.server = row.server;
    EXPECT_EQ(static_cast<bool>(CheckDevelopment(cluster, {})), row.allowed);
  }
}

TEST(CheckDevelopment, AllowsWhatWasNamedAndSaysHow) {
  kube::Cluster cluster;
  cluster.context = "lab";
  cluster.server = "https://lab.example.org";
  const auto refused = CheckDevelopment(cluster, {"another"});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("--allow-context lab"));
  EXPECT_TRUE(CheckDevelopment(cluster, {"another", "lab"}));
}

}  // namespace
}  // namespace prow_coverage::pr_pod
