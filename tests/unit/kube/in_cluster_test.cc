#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/kube/kubeconfig.h"

#include "support/temp_dir.h"

namespace prow_coverage::kube {
namespace {

using ::testing::HasSubstr;

class InCluster : public ::testing::Test {
 protected:
  void SetUp() override {
    dir_.Write("token", "t\n");
    dir_.Write("ca.crt", "ca");
    dir_.Write("namespace", "prow\n");
  }

  prow_coverage::testing::TempDir dir_;
};

TEST_F(InCluster, IsThePodsServiceAccount) {
  const auto cluster = kube::InCluster(dir_.path(), "10.0.0.1", "443");
  ASSERT_TRUE(cluster) << cluster.error().message;
  EXPECT_EQ(cluster->server, "https://10.0.0.1:443");
  EXPECT_EQ(cluster->ns, "prow");
  EXPECT_EQ(cluster->tls.ca_pem, "ca");
  EXPECT_EQ(cluster->token_file, dir_.path() / "token");
}

TEST_F(InCluster, PutsAnIpv6AddressInBrackets) {
  EXPECT_EQ(kube::InCluster(dir_.path(), "fd00::1", "443")->server, "https://[fd00::1]:443");
  EXPECT_EQ(kube::InCluster(dir_.path(), "[fd00::1]", "443")->server, "https://[fd00::1]:443");
}

TEST_F(InCluster, DefaultsTheNamespace) {
  std::filesystem::remove(dir_.path() / "namespace");
  EXPECT_EQ(kube::InCluster(dir_.path(), "h", "443")->ns, "default");
}

TEST_F(InCluster, SaysThatThisIsNoPod) {
  const auto cluster = kube::InCluster(dir_.path(), "", "");
  ASSERT_FALSE(cluster);
  EXPECT_EQ(cluster.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(cluster.error().message, HasSubstr("KUBERNETES_SERVICE_HOST"));
  EXPECT_THAT(cluster.error().message, HasSubstr("--kubeconfig"));
}

TEST_F(InCluster, NamesTheFileThatIsMissing) {
  for (const char* name : {"token", "ca.crt"}) {
    SCOPED_TRACE(name);
    SetUp();
    std::filesystem::remove(dir_.path() / name);
    const auto cluster = kube::InCluster(dir_.path(), "h", "443");
    ASSERT_FALSE(cluster);
    EXPECT_THAT(cluster.error().message, HasSubstr((dir_.path() / name).string()));
  }
}

}  // namespace
}  // namespace prow_coverage::kube
