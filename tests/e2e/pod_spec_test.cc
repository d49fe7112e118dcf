// The pod of the Deployment as the API server stores it: what it is given, and what it may not do.
// That it works with it shows deployment_test.cc.

#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/installed.h"
#include "support/process.h"
#include "support/world.h"

namespace prow_coverage::e2e {
namespace {

using ::testing::ElementsAre;
using ::testing::IsSubsetOf;
using ::testing::MatchesRegex;

class PodSpecTest : public InstalledTest {
 protected:
  static bool IsGuarded(const json& volume) {
    return volume.contains("secret") || volume.contains("configMap");
  }
  static json VolumeOf(const Manifests& manifests, const json& mount) {
    for (const auto& volume : PodSpec(manifests).at("volumes")) {
      if (volume.at("name") == mount.at("name")) return volume;
    }
    return json::object();
  }
};

TEST_F(PodSpecTest, VolumesAreMountedAndTheirSourcesExist) {
  ForEach([](const Variant&, const Manifests& manifests) {
    std::set<std::string> mounted;
    for (const auto& mount : Container(manifests).at("volumeMounts"))
      mounted.insert(mount.at("name"));
    for (const auto& volume : PodSpec(manifests).at("volumes")) {
      EXPECT_TRUE(mounted.contains(volume.at("name"))) << "not mounted: " << volume;
      if (volume.contains("configMap")) {
        EXPECT_TRUE(manifests.Has("ConfigMap", volume.at("configMap").at("name")));
      }
      if (volume.contains("persistentVolumeClaim")) {
        EXPECT_TRUE(manifests.Has("PersistentVolumeClaim",
                                  volume.at("persistentVolumeClaim").at("claimName")));
      }
    }
    // Every claim that is made is used.
    for (const auto& claim : manifests.All("PersistentVolumeClaim")) {
      EXPECT_THAT(PodSpec(manifests).at("volumes").dump(),
                  ::testing::HasSubstr(claim.at("metadata").at("name").get<std::string>()));
    }
  });
}

// No pod without its secrets (`optional`), none that others in the pod can read, whole directories
// (a subPath is never updated), and only the inbox to write to.
TEST_F(PodSpecTest, VolumesAreGuarded) {
  ForEach([](const Variant&, const Manifests& manifests) {
    for (const auto& volume : PodSpec(manifests).at("volumes")) {
      const json secret = volume.value("secret", json::object());
      EXPECT_THAT(Keys(secret), IsSubsetOf({"secretName", "defaultMode"}));
      EXPECT_EQ(secret.value("defaultMode", 0) & 07, 0) << volume;
      EXPECT_THAT(Keys(volume.value("configMap", json::object())),
                  IsSubsetOf({"name", "defaultMode"}));
      EXPECT_THAT(Keys(volume.value("persistentVolumeClaim", json::object())),
                  IsSubsetOf({"claimName"}));
    }
    for (const auto& mount : Container(manifests).at("volumeMounts")) {
      EXPECT_THAT(Keys(mount), IsSubsetOf({"name", "mountPath", "readOnly"}));
      EXPECT_EQ(mount.value("readOnly", false), IsGuarded(VolumeOf(manifests, mount))) << mount;
    }
  });
}

TEST_F(PodSpecTest, EphemeralInboxIsBounded) {
  ForEach([](const Variant& variant, const Manifests& manifests) {
    const json expected = {{"name", "inbox"}, {"emptyDir", {{"sizeLimit", "1Gi"}}}};
    const auto& volumes = PodSpec(manifests).at("volumes");
    EXPECT_EQ(std::count(volumes.begin(), volumes.end(), expected),
              variant.ephemeral_inbox ? 1 : 0);
  });
}

// By their names in the live cluster; their keys are met when the pod runs.
TEST_F(PodSpecTest, SecretsAreThoseThatAnOperatorMakes) {
  ForEach([](const Variant& variant, const Manifests& manifests) {
    std::set<std::string> names;
    for (const auto& volume : PodSpec(manifests).at("volumes")) {
      if (volume.contains("secret")) names.insert(volume.at("secret").at("secretName"));
    }
    for (const auto& variable : Container(manifests).value("env", json::array())) {
      if (variable.value("valueFrom", json()).contains("secretKeyRef"))
        names.insert(variable.at("valueFrom").at("secretKeyRef").at("name"));
    }
    const std::string github = variant.overlay == "app" ? "github-token" : "oauth-token";
    EXPECT_EQ(names, (std::set<std::string>{"hmac-token", github}));
  });
}

// What a mount is for stands in the arguments, whatever the flag's default may be, and a variable
// is there for an argument.
TEST_F(PodSpecTest, MountsAndVariablesAreWhatArgumentsReferTo) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const std::string arguments = Container(manifests).at("args").dump();
    for (const auto& mount : Container(manifests).at("volumeMounts")) {
      EXPECT_THAT(arguments,
                  ::testing::HasSubstr("=" + mount.at("mountPath").get<std::string>() + "/"));
    }
    for (const auto& variable : Container(manifests).value("env", json::array())) {
      const std::string reference = "$(" + variable.at("name").get<std::string>() + ")";
      EXPECT_THAT(arguments, ::testing::HasSubstr(reference));
      EXPECT_EQ(Keys(variable.at("valueFrom").at("secretKeyRef")),
                (std::set<std::string>{"name", "key"}));
    }
  });
}

TEST_F(PodSpecTest, HasNoFlagThatTheTestsDoNotUnderstand) {
  ForEach([](const Variant& variant, const Manifests& manifests) {
    std::multiset<std::string> expected = {"config",          "hmac-secret-file", "github-endpoint",
                                           "github-endpoint", "grace-period",     "inbox",
                                           "jobs-namespace"};
    if (variant.overlay == "app") {
      expected.insert({"github-app-id", "github-app-private-key-path"});
    } else {
      expected.insert("github-token-path");
    }
    std::multiset<std::string> flags;
    for (const auto& [name, value] : Flags(manifests)) flags.insert(name);
    EXPECT_EQ(flags, expected);
  });
}

TEST_F(PodSpecTest, AsksGitHubThroughGhproxyFirst) {
  ForEach([](const Variant&, const Manifests& manifests) {
    std::vector<std::string> endpoints;
    for (const auto& [name, value] : Flags(manifests)) {
      if (name == "github-endpoint") endpoints.push_back(value);
    }
    EXPECT_THAT(endpoints, ElementsAre("http://ghproxy", "https://api.github.com"));
  });
}

TEST_F(PodSpecTest, IsHeldTight) {
  ForEach([](const Variant&, const Manifests& manifests) {
    EXPECT_EQ(PodSpec(manifests).at("securityContext"),
              json({{"runAsNonRoot", true},
                    {"runAsUser", 65532},
                    {"runAsGroup", 65532},
                    {"fsGroup", 65532},
                    {"seccompProfile", {{"type", "RuntimeDefault"}}}}));
    EXPECT_EQ(Container(manifests).at("securityContext"),
              json({{"allowPrivilegeEscalation", false},
                    {"readOnlyRootFilesystem", true},
                    {"capabilities", {{"drop", {"ALL"}}}}}));
  });
}

int Amount(const json& quantities, const std::string& name, const std::string& unit) {
  const std::string text = quantities.at(name);
  return text.ends_with(unit) ? std::stoi(text) : 0;
}

// A processor limit would throttle what is idle nearly always.
TEST_F(PodSpecTest, FitsOnAnyNode) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const json requests = Container(manifests).at("resources").at("requests");
    const json limits = Container(manifests).at("resources").at("limits");
    EXPECT_EQ(Keys(requests), (std::set<std::string>{"cpu", "memory"}));
    EXPECT_EQ(Keys(limits), (std::set<std::string>{"memory"}));
    for (const int amount : {Amount(requests, "cpu", "m"), Amount(requests, "memory", "Mi"),
                             Amount(limits, "memory", "Mi")}) {
      EXPECT_GT(amount, 0);
      EXPECT_LE(amount, 1024);
    }
  });
}

TEST_F(PodSpecTest, RunsTheImageOfThisVersion) {
  testing::Process version({testing::World::Binary("prow-coverage"), "--version"});
  ASSERT_EQ(version.Wait(), 0);
  std::string number = version.Out().substr(std::string("prow-coverage ").size());
  number.erase(number.find_last_not_of('\n') + 1);
  ForEach([&](const Variant&, const Manifests& manifests) {
    EXPECT_EQ(Container(manifests).at("image"), "quay.io/kubevirtci/prow-coverage:v" + number);
    // Never would need somebody to have put it onto the node.
    EXPECT_NE(Container(manifests).at("imagePullPolicy"), "Never");
  });
}

// A field that is not listed here means something that no test looks at: a node selector that no
// node has, a command in place of the image's.
TEST_F(PodSpecTest, HasNoFieldThatTheTestsDoNotUnderstand) {
  ForEach([](const Variant&, const Manifests& manifests) {
    EXPECT_THAT(Keys(PodSpec(manifests)),
                IsSubsetOf({"containers", "dnsPolicy", "restartPolicy", "schedulerName",
                            "securityContext", "serviceAccount", "serviceAccountName",
                            "terminationGracePeriodSeconds", "volumes"}));
    EXPECT_EQ(PodSpec(manifests).at("dnsPolicy"), "ClusterFirst");
    EXPECT_EQ(PodSpec(manifests).at("restartPolicy"), "Always");
    EXPECT_EQ(PodSpec(manifests).at("schedulerName"), "default-scheduler");
    EXPECT_THAT(Keys(Container(manifests)),
                IsSubsetOf({"args", "env", "image", "imagePullPolicy", "livenessProbe", "name",
                            "ports", "readinessProbe", "resources", "securityContext",
                            "terminationMessagePath", "terminationMessagePolicy", "volumeMounts"}));
    for (const auto& port : Container(manifests).at("ports"))
      EXPECT_THAT(Keys(port), IsSubsetOf({"name", "containerPort", "protocol"}));
  });
}

TEST_F(PodSpecTest, ProbesAreNeitherHastyNorSlow) {
  ForEach([](const Variant&, const Manifests& manifests) {
    for (const char* name : {"livenessProbe", "readinessProbe"}) {
      const json probe = Container(manifests).at(name);
      EXPECT_EQ(Keys(probe), (std::set<std::string>{"httpGet", "timeoutSeconds", "periodSeconds",
                                                    "successThreshold", "failureThreshold"}));
      EXPECT_EQ(Keys(probe.at("httpGet")), (std::set<std::string>{"path", "port", "scheme"}));
      EXPECT_EQ(probe.at("httpGet").at("scheme"), "HTTP");
      const int seconds =
          probe.at("periodSeconds").get<int>() * probe.at("failureThreshold").get<int>();
      // Killed for half a minute's bad disk, a daemon would be that often; not told of one that
      // shuts down, hook would send it events.
      const bool liveness = name == std::string("livenessProbe");
      EXPECT_GE(seconds, liveness ? 30 : 5) << name;
      EXPECT_LE(seconds, liveness ? 120 : 30) << name;
    }
  });
}

// The namespace enforces the strictest of the Pod Security Standards, and the API server itself
// says whether the pod may run there.
TEST_F(PodSpecTest, MayRunUnderRestrictedPodSecurity) {
  ForEach([this](const Variant&, const Manifests& manifests) {
    const std::string ns = cluster_.NewNamespace();
    cluster_.Ask(
        "PATCH", "/api/v1/namespaces/" + ns,
        {{"metadata", {{"labels", {{"pod-security.kubernetes.io/enforce", "restricted"}}}}}},
        "application/merge-patch+json");
    const auto answer =
        cluster_.Ask("POST", "/api/v1/namespaces/" + ns + "/pods?dryRun=All&fieldValidation=Strict",
                     {{"apiVersion", "v1"},
                      {"kind", "Pod"},
                      {"metadata", {{"name", "coverage"}}},
                      {"spec", PodSpec(manifests)}});
    EXPECT_EQ(answer.status, 201) << answer.body;
  });
}

// A delivery may be waiting for GitHub (30 s) and then for the API server (as long).
TEST_F(PodSpecTest, EndsByItselfBeforeItIsKilled) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const std::string grace = Flag(manifests, "grace-period");
    ASSERT_THAT(grace, MatchesRegex("[0-9]+s"));
    EXPECT_GE(std::stoi(grace), 60);
    EXPECT_LT(std::stoi(grace), PodSpec(manifests).at("terminationGracePeriodSeconds").get<int>());
    EXPECT_LE(PodSpec(manifests).at("terminationGracePeriodSeconds"), 600);
  });
}

}  // namespace
}  // namespace prow_coverage::e2e
