// The objects of deploy/ as the API server stores them: that what refers to each other fits.

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/installed.h"

namespace prow_coverage::e2e {
namespace {

using ::testing::Contains;

class ManifestsTest : public InstalledTest {};

// True when every key and value of `selector` stands in `labels`.
bool Selects(const json& selector, const json& labels) {
  return std::all_of(selector.items().begin(), selector.items().end(), [&](const auto& item) {
    return labels.value(item.key(), "") == item.value().template get<std::string>();
  });
}

TEST_F(ManifestsTest, HoldTheseObjectsAndNoOthers) {
  ForEach([](const Variant& variant, const Manifests& manifests) {
    std::vector<std::string> expected = {"ConfigMap kubevirt-prow/prow-coverage-config",
                                         "Deployment kubevirt-prow/coverage",
                                         "PersistentVolumeClaim kubevirt-prow/prow-coverage-inbox",
                                         "Role kubevirt-prow-jobs/prow-coverage",
                                         "Role kubevirt-prow-jobs/prow-coverage-lease",
                                         "RoleBinding kubevirt-prow-jobs/prow-coverage",
                                         "RoleBinding kubevirt-prow-jobs/prow-coverage-lease",
                                         "Service kubevirt-prow/prow-coverage",
                                         "ServiceAccount kubevirt-prow/prow-coverage"};
    if (variant.ephemeral_inbox) expected.erase(expected.begin() + 2);
    EXPECT_EQ(manifests.Names(), expected);
  });
}

// So that `kubectl get` and `kubectl delete` find them all by one label.
TEST_F(ManifestsTest, AllHaveTheLabel) {
  ForEach([](const Variant&, const Manifests& manifests) {
    for (const auto& object : manifests.All()) {
      EXPECT_EQ(object.at("metadata").value("labels", json::object()),
                json({{"app", "prow-coverage"}}))
          << object.at("kind") << object.at("metadata").at("name");
    }
  });
}

TEST_F(ManifestsTest, ServiceSelectsThePodAndLeadsToPortsThatItHas) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const json& service = manifests.Find("Service", "prow-coverage").at("spec");
    const json& deployment = manifests.Only("Deployment").at("spec");
    const json labels = deployment.at("template").at("metadata").at("labels");
    EXPECT_FALSE(service.at("selector").empty());
    EXPECT_TRUE(Selects(service.at("selector"), labels)) << service.at("selector");
    EXPECT_TRUE(Selects(deployment.at("selector").at("matchLabels"), labels));
    std::set<json> ports;
    for (const auto& port : Container(manifests).at("ports")) {
      EXPECT_EQ(port.at("protocol"), "TCP") << port;
      ports.insert(port.at("containerPort"));
      ports.insert(port.at("name"));
    }
    for (const auto& port : service.at("ports"))
      EXPECT_TRUE(ports.contains(port.at("targetPort"))) << port;
    for (const char* probe : {"livenessProbe", "readinessProbe"}) {
      ASSERT_TRUE(Container(manifests).contains(probe)) << probe;
      EXPECT_TRUE(ports.contains(Container(manifests).at(probe).at("httpGet").at("port"))) << probe;
    }
  });
}

// The host and port of plugins.yaml, from every node, and only while the pod is ready.
TEST_F(ManifestsTest, ServiceIsWhatHookCalls) {
  ForEach([](const Variant&, const Manifests& manifests) {
    json service = manifests.Find("Service", "prow-coverage").at("spec");
    EXPECT_NE(service.at("clusterIP"), "None");
    EXPECT_EQ(service.at("ports"),
              json({{{"name", "http"}, {"port", 9901}, {"protocol", "TCP"}, {"targetPort", "http"}},
                    {{"name", "metrics"},
                     {"port", 9090},
                     {"protocol", "TCP"},
                     {"targetPort", "metrics"}}}));
    for (const char* field : {"clusterIP", "clusterIPs", "ports", "selector"}) service.erase(field);
    EXPECT_EQ(service, json({{"type", "ClusterIP"},
                             {"internalTrafficPolicy", "Cluster"},
                             {"ipFamilies", {"IPv4"}},
                             {"ipFamilyPolicy", "SingleStack"},
                             {"sessionAffinity", "None"}}));
  });
}

TEST_F(ManifestsTest, RolesAreBoundToThePodsAccount) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const std::string account = PodSpec(manifests).at("serviceAccountName");
    EXPECT_TRUE(manifests.Has("ServiceAccount", account));
    for (const auto& binding : manifests.All("RoleBinding")) {
      EXPECT_EQ(binding.at("subjects"), json::array({ServiceAccount(kDaemonNamespace, account)}));
      EXPECT_EQ(binding.at("roleRef").at("kind"), "Role");
      EXPECT_THAT(manifests.Names(),
                  Contains("Role " + binding.at("metadata").at("namespace").get<std::string>() +
                           "/" + binding.at("roleRef").at("name").get<std::string>()));
    }
  });
}

TEST_F(ManifestsTest, JobsGoWhereTheRoleIs) {
  ForEach([](const Variant&, const Manifests& manifests) {
    EXPECT_EQ(Flag(manifests, "jobs-namespace"), kJobsNamespace);
    const auto config = ReadYaml(DeployDir() / "base/config.yaml");
    EXPECT_EQ(config.at("defaults").at("namespace"), kJobsNamespace);
  });
}

// Two at once would work off one inbox; one that is paused or given up on a second is none.
TEST_F(ManifestsTest, OnlyOnePodHasTheInbox) {
  ForEach([](const Variant&, const Manifests& manifests) {
    json spec = manifests.Only("Deployment").at("spec");
    EXPECT_EQ(Keys(spec.at("template")), (std::set<std::string>{"metadata", "spec"}));
    EXPECT_FALSE(spec.at("template").at("metadata").contains("annotations"));
    for (const char* field : {"selector", "template"}) spec.erase(field);
    EXPECT_EQ(spec, json({{"replicas", 1},
                          {"strategy", {{"type", "Recreate"}}},
                          {"progressDeadlineSeconds", 600},
                          {"revisionHistoryLimit", 10}}));
  });
}

TEST_F(ManifestsTest, ClaimIsOneThatAnyStorageCanMeet) {
  ForEach([](const Variant& variant, const Manifests& manifests) {
    if (variant.ephemeral_inbox) return;
    EXPECT_EQ(manifests.Only("PersistentVolumeClaim").at("spec"),
              json({{"accessModes", {"ReadWriteOnce"}},
                    {"resources", {{"requests", {{"storage", "1Gi"}}}}},
                    {"volumeMode", "Filesystem"}}));
  });
}

}  // namespace
}  // namespace prow_coverage::e2e
