// deploy/ alive: each variant is installed, its pod runs as the API server stores it, and an event
// that comes in through its Service becomes a ProwJob.

#include <csignal>
#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/manifests.h"
#include "support/pod.h"
#include "support/stage.h"

namespace prow_coverage::e2e {
namespace {

using testing::Eventually;

class DeploymentTest : public ::testing::Test {
 protected:
  // GitHub lets in who has the operator's token, and the App.
  DeploymentTest() {
    const json tokens = json::array({SecretValue("oauth-token", "oauth")});
    world_.GitHub("PUT", "/_sandbox/tokens", {{"github", tokens}});
  }

  // The port that the Service of plugins.yaml leads to.
  static std::uint16_t HookPort(const Manifests& manifests, const Pod& pod) {
    return pod.Port(
        manifests.Find("Service", "prow-coverage").at("spec").at("ports").at(0).at("targetPort"));
  }

  bool IsReady(Pod& pod) {
    return Eventually(
               [&] { return !pod.process().Running() || pod.Probe("readinessProbe") == 200; }) &&
           pod.process().Running();
  }

  bool LeaseIsHeld() {
    const auto answer =
        cluster_.Ask("GET", "/apis/coordination.k8s.io/v1/namespaces/" +
                                std::string(kJobsNamespace) + "/leases/prow-coverage");
    return answer.status == 200 &&
           !json::parse(answer.body).at("spec").value("holderIdentity", "").empty();
  }

  // A new pull request's event, as hook sends it to the Service.
  std::vector<int> Send(std::uint16_t port, int number) {
    world_.PutPull(number, {"robots/a.go"});
    return SendAgain(port, number);
  }

  std::vector<int> SendAgain(std::uint16_t port, int number) {
    const auto answer = world_.GitHub("POST", "/_sandbox/deliver",
                                      {{"url", Pod::Url(port)},
                                       {"secret", testing::World::kSecret},
                                       {"event", "pull_request"},
                                       {"action", "opened"},
                                       {"org", "kubevirt"},
                                       {"repo", "project-infra"},
                                       {"number", number},
                                       {"guid", "guid-" + std::to_string(number)}});
    std::vector<int> statuses;
    for (const auto& entry : answer.at("answers")) statuses.push_back(entry.at("status"));
    return statuses;
  }

  Cluster cluster_;
  testing::World world_;
};

void ForEachVariant(const std::function<void(const Variant&)>& check) {
  for (const auto& variant : Variants()) {
    SCOPED_TRACE(variant.name);
    check(variant);
    if (::testing::Test::HasFailure()) return;
  }
}

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
    EXPECT_THAT(Send(HookPort(manifests, pod), ++number), ::testing::ElementsAre(200));
    ASSERT_TRUE(Eventually([&] { return cluster_.Jobs(kJobsNamespace).size() == 1; }))
        << pod.process().Err();
    ExpectRunnable(cluster_.Jobs(kJobsNamespace).at(0));
    pod.process().AwaitErr("job_created");
    EXPECT_EQ(world_.Statuses().size(), static_cast<std::size_t>(number)) << pod.process().Err();
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
    Send(HookPort(manifests, pod), 1);
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
  for (int number = 1; number <= 20; ++number) Send(HookPort(manifests, pod), number);
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
      Send(HookPort(manifests, pod), 1);
      pod.process().AwaitErr("job_created");
      pod.process().Signal(SIGKILL);
      pod.process().Wait();
    }
    Pod pod(cluster_, manifests.Only("Deployment"), world_.github_url(), storage);
    ASSERT_TRUE(IsReady(pod)) << pod.process().Err();
    SendAgain(HookPort(manifests, pod), 1);
    pod.process().AwaitErr(ephemeral ? "job_exists" : "duplicate_delivery");
  }
}

// Rules of the account in a namespace, "verbs resources names" each, without those that everybody
// has.
std::vector<std::string> Rules(Cluster& cluster, const std::string& token, const std::string& ns) {
  const auto answer =
      cluster.AskAs(token, "POST", "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews",
                    {{"spec", {{"namespace", ns}}}});
  std::vector<std::string> rules;
  const json review = json::parse(answer.body);
  for (const auto& rule : review.at("status").at("resourceRules")) {
    if (rule.at("apiGroups") == json({"authorization.k8s.io"}) ||
        rule.at("apiGroups") == json({"authentication.k8s.io"}))
      continue;
    rules.push_back(rule.at("verbs").dump() + rule.at("apiGroups").dump() +
                    rule.at("resources").dump() +
                    rule.value("resourceNames", json::array()).dump());
  }
  std::sort(rules.begin(), rules.end());
  return rules;
}

TEST_F(DeploymentTest, AccountHasTheseRightsAndNoOthers) {
  ForEachVariant([this](const Variant& variant) {
    const Manifests manifests = Install(cluster_, variant);
    const json pod = manifests.Only("Deployment").at("spec").at("template").at("spec");
    const std::string token = cluster_.Token(kDaemonNamespace, pod.at("serviceAccountName"));
    EXPECT_THAT(Rules(cluster_, token, kJobsNamespace),
                ::testing::ElementsAre(
                    R"(["create","get","list","watch","patch"]["prow.k8s.io"]["prowjobs"][])",
                    R"(["create"]["coordination.k8s.io"]["leases"][])",
                    R"(["get","update"]["coordination.k8s.io"]["leases"]["prow-coverage"])"));
    EXPECT_TRUE(Rules(cluster_, token, kDaemonNamespace).empty());
    EXPECT_TRUE(Rules(cluster_, token, "default").empty());
  });
}

struct Request {
  const char* method;
  std::string path;
  int status;
};

TEST_F(DeploymentTest, AccountIsRefusedEverythingElse) {
  Install(cluster_, {"token", "token", false});
  const std::string token = cluster_.Token(kDaemonNamespace);
  const std::string jobs = ProwJobsPath(kJobsNamespace);
  const std::string core = "/api/v1/namespaces/";
  const std::string leases = "/apis/coordination.k8s.io/v1/namespaces/";
  const Request requests[] = {
      {"GET", jobs, 200},
      {"GET", jobs + "/absent", 404},
      {"GET", leases + kJobsNamespace + "/leases/prow-coverage", 404},
      {"DELETE", jobs + "/absent", 403},
      {"DELETE", jobs, 403},
      {"PUT", jobs + "/absent", 403},
      {"GET", "/apis/prow.k8s.io/v1/prowjobs", 403},
      {"GET", ProwJobsPath(kDaemonNamespace), 403},
      {"POST", ProwJobsPath("default"), 403},
      {"GET", core + kDaemonNamespace + "/secrets", 403},
      {"GET", core + kDaemonNamespace + "/secrets/hmac-token", 403},
      {"GET", core + kJobsNamespace + "/secrets", 403},
      {"GET", core + kJobsNamespace + "/pods", 403},
      {"GET", core + kDaemonNamespace + "/configmaps/prow-coverage-config", 403},
      {"POST", core + kDaemonNamespace + "/serviceaccounts/prow-coverage/token", 403},
      {"GET", leases + kJobsNamespace + "/leases/another", 403},
      {"GET", leases + kJobsNamespace + "/leases", 403},
      {"DELETE", leases + kJobsNamespace + "/leases/prow-coverage", 403},
      {"POST", leases + kDaemonNamespace + "/leases", 403},
      {"GET", "/api/v1/namespaces", 403},
      {"GET", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions", 403},
  };
  for (const auto& request : requests) {
    SCOPED_TRACE(std::string(request.method) + " " + request.path);
    const json body = std::string(request.method) == "GET" ? json() : json::object();
    EXPECT_EQ(cluster_.AskAs(token, request.method, request.path, body).status, request.status);
  }
}

}  // namespace
}  // namespace prow_coverage::e2e
