// deploy/ alive: each variant is installed, its pod runs as the API server stores it, and an event
// that comes in through its Service becomes a ProwJob.

#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/deployed.h"

namespace prow_coverage::e2e {
namespace {

using testing::Eventually;

class DeploymentTest : public DeployedTest {};

// Without these plank would not run the job, or not where its artifacts are looked for.
void ExpectRunnable(const json& job) {
  const json& spec = job.at("spec");
  EXPECT_EQ(spec.at("agent"), "kubernetes");
  EXPECT_EQ(spec.at("cluster"), "kubevirt-prow-control-plane");
  EXPECT_EQ(spec.at("namespace"), kJobsNamespace);
  EXPECT_EQ(spec.at("refs").at("repo"), "project-infra");
  const json& decoration = spec.at("decoration_config");
  EXPECT_EQ(decoration.at("gcs_configuration").at("bucket"), "kubevirt-prow");
  EXPECT_EQ(decoration.at("gcs_credentials_secret"), "gcs-credentials");
  EXPECT_EQ(decoration.at("utility_images").size(), 4u);
  EXPECT_EQ(job.at("status").at("state"), "triggered");
}

TEST_F(DeploymentTest, TurnsAnEventIntoAJob) {
  int number = 0;
  ForEachVariant([&](const Variant& variant) {
    const Manifests manifests = Install(cluster_, variant);
    const testing::TempDir storage;
    Pod pod(cluster_, manifests.Only("Deployment"), world_.github_url(), storage);
    ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
    EXPECT_EQ(pod.Probe("livenessProbe"), 200);
    EXPECT_THAT(SendOpened(HookPort(manifests, pod), ++number), ::testing::ElementsAre(200));
    ASSERT_TRUE(Eventually([&] { return cluster_.Jobs(kJobsNamespace).size() == 1; }))
        << pod.process().Err();
    ExpectRunnable(cluster_.Jobs(kJobsNamespace).at(0));
    pod.process().AwaitErr("job_created");
    const auto told = [&] { return world_.Statuses().size() == static_cast<std::size_t>(number); };
    EXPECT_TRUE(Eventually(told)) << pod.process().Err();
    ASSERT_TRUE(Eventually([&] { return LeaseIsHeld(); })) << pod.process().Err();
    pod.process().Signal(SIGTERM);
    EXPECT_EQ(pod.process().Wait(), 0) << pod.process().Err();
  });
}

TEST_F(DeploymentTest, ListensOnEveryPortThatItDeclares) {
  ForEachVariant([this](const Variant& variant) {
    const Manifests manifests = Install(cluster_, variant);
    const testing::TempDir storage;
    Pod pod(cluster_, manifests.Only("Deployment"), world_.github_url(), storage);
    ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
    for (const auto port : pod.Ports()) {
      EXPECT_NO_THROW(testing::Get(Pod::Url(port))) << port;
    }
    const json& service = manifests.Find("Service", "prow-coverage");
    for (const auto& port : service.at("spec").at("ports")) {
      const bool metrics = port.at("name") == "metrics";
      const auto url = Pod::Url(pod.Port(port.at("targetPort")), metrics ? "/metrics" : "/help");
      EXPECT_EQ(testing::Get(url).first, metrics ? 200 : 405) << url;
    }
  });
}

// So that no new event comes to a pod that shuts down, and it is not killed before it is done.
TEST_F(DeploymentTest, IsAliveButNotReadyWhileItDrains) {
  ForEachVariant([this](const Variant& variant) {
    const Manifests manifests = Install(cluster_, variant);
    const testing::TempDir storage;
    Pod pod(cluster_, manifests.Only("Deployment"), world_.github_url(), storage);
    ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
    world_.GitHub("POST", "/_sandbox/faults",
                  {{"target", "github"}, {"kind", "slow"}, {"ms", 2000}});
    SendOpened(HookPort(manifests, pod), 1);
    pod.process().Signal(SIGTERM);
    pod.process().AwaitErr("shutting down");
    EXPECT_EQ(pod.Probe("readinessProbe"), 503);
    EXPECT_EQ(pod.Probe("livenessProbe"), 200);
    world_.GitHub("DELETE", "/_sandbox/faults");
    world_.GitHub("POST", "/_sandbox/clock/advance", {{"ms", 2000}});
    EXPECT_EQ(pod.process().Wait(), 0) << pod.process().Err();
    EXPECT_EQ(cluster_.Jobs(kJobsNamespace).size(), 1u) << pod.process().Err();
  });
}

TEST_F(DeploymentTest, FitsIntoItsMemory) {
  const Manifests manifests = Install(cluster_, {"token", "token", false});
  const json& deployment = manifests.Only("Deployment");
  const testing::TempDir storage;
  Pod pod(cluster_, deployment, world_.github_url(), storage);
  ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
  for (int number = 1; number <= 20; ++number) SendOpened(HookPort(manifests, pod), number);
  ASSERT_TRUE(Eventually([&] { return cluster_.Jobs(kJobsNamespace).size() == 20; }));
  const json memory =
      deployment.at("spec").at("template").at("spec").at("containers").at(0).at("resources");
  const auto mebibytes = [&](const char* kind) {
    const std::string quantity = memory.at(kind).at("memory");
    return quantity.ends_with("Mi") ? std::stoul(quantity) : 0;
  };
  const auto held = pod.process().ResidentBytes() >> 20;
  EXPECT_LT(held, mebibytes("requests"));
  EXPECT_LT(held, mebibytes("limits"));
}

// A pod that takes over from another finds what that one had accepted; from an emptyDir it does
// not.
TEST_F(DeploymentTest, ClaimOutlivesThePod) {
  for (const bool ephemeral : {false, true}) {
    const Manifests manifests = Install(cluster_, {"token", "token", ephemeral});
    const testing::TempDir storage;
    {
      Pod pod(cluster_, manifests.Only("Deployment"), world_.github_url(), storage);
      ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
      SendOpened(HookPort(manifests, pod), 1);
      pod.process().AwaitErr("job_created");
      pod.process().Signal(SIGKILL);
      pod.process().Wait();
    }
    Pod pod(cluster_, manifests.Only("Deployment"), world_.github_url(), storage);
    ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
    Send(HookPort(manifests, pod), {1, "opened", "guid-1"});
    pod.process().AwaitErr(ephemeral ? "job_exists" : "duplicate_delivery");
  }
}

}  // namespace
}  // namespace prow_coverage::e2e
