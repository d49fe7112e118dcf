#include "support/deployed.h"

namespace prow_coverage::e2e {

using testing::Eventually;

DeployedTest::DeployedTest() {
  const json tokens = json::array({SecretValue("oauth-token", "oauth")});
  world_.GitHub("PUT", "/_sandbox/tokens", {{"github", tokens}});
}

void DeployedTest::ForEachVariant(const std::function<void(const Variant&)>& check) {
  for (const auto& variant : Variants()) {
    SCOPED_TRACE(variant.name);
    check(variant);
    if (HasFailure()) return;
  }
}

std::uint16_t DeployedTest::HookPort(const Manifests& manifests, const Pod& pod) {
  return pod.Port(
      manifests.Find("Service", "prow-coverage").at("spec").at("ports").at(0).at("targetPort"));
}

bool DeployedTest::IsReady(Pod& pod) {
  const auto settled = [&] {
    return !pod.process().Running() || pod.Probe("readinessProbe") == 200;
  };
  return Eventually(settled) && pod.process().Running();
}

bool DeployedTest::LeaseIsHeld() {
  const auto answer =
      cluster_.Ask("GET", "/apis/coordination.k8s.io/v1/namespaces/" + std::string(kJobsNamespace) +
                              "/leases/prow-coverage");
  return answer.status == 200 &&
         !json::parse(answer.body).at("spec").value("holderIdentity", "").empty();
}

std::vector<int> DeployedTest::Send(std::uint16_t port, const Event& event) {
  const auto answer = world_.GitHub("POST", "/_sandbox/deliver",
                                    {{"url", Pod::Url(port)},
                                     {"secret", testing::World::kSecret},
                                     {"event", "pull_request"},
                                     {"action", event.action},
                                     {"org", "kubevirt"},
                                     {"repo", "project-infra"},
                                     {"number", event.number},
                                     {"guid", event.guid}});
  std::vector<int> statuses;
  for (const auto& entry : answer.at("answers")) statuses.push_back(entry.at("status"));
  return statuses;
}

std::vector<int> DeployedTest::SendOpened(std::uint16_t port, int number) {
  world_.PutPull(number, {"robots/a.go"});
  return Send(port, {number, "opened", "guid-" + std::to_string(number)});
}

}  // namespace prow_coverage::e2e
