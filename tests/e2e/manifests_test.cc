// deploy/ as it is written: that nothing is left out, and that what refers to each other fits.

#include "support/manifests.h"

#include <algorithm>
#include <functional>
#include <regex>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/base/file.h"

#include "support/process.h"
#include "support/world.h"

namespace prow_coverage::e2e {
namespace {

namespace fs = std::filesystem;

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using ::testing::IsSupersetOf;

std::string Relative(const fs::path& file) {
  return fs::relative(fs::weakly_canonical(file), fs::weakly_canonical(DeployDir())).string();
}

void ForEachText(const json& value, const std::function<void(const std::string&)>& visit) {
  if (value.is_string()) visit(value);
  if (!value.is_structured()) return;
  for (const auto& member : value) ForEachText(member, visit);
}

// Everything that is reached from a kustomization. Whatever text in it names a file or a directory,
// it does so wherever kustomize wants it; one that it wants and that is missing fails the
// rendering.
void Reach(const fs::path& kustomization, std::set<std::string>& reached) {
  if (!reached.insert(Relative(kustomization)).second) return;
  ForEachText(ReadYaml(kustomization), [&](const std::string& text) {
    const fs::path path = kustomization.parent_path() / text;
    if (fs::is_directory(path)) return Reach(path / "kustomization.yaml", reached);
    if (fs::exists(path)) reached.insert(Relative(path));
  });
}

std::set<std::string> Files(const fs::path& below) {
  std::set<std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(below)) {
    if (entry.is_regular_file()) files.insert(Relative(entry.path()));
  }
  return files;
}

TEST(DeployDir, HasNoFileThatNothingApplies) {
  std::set<std::string> reached = {"prow/plugins.yaml", "prow/presubmits.yaml"};
  for (const char* kind : {"overlays", "components"}) {
    for (const auto& entry : fs::directory_iterator(DeployDir() / kind)) {
      Reach(entry.path() / "kustomization.yaml", reached);
    }
  }
  EXPECT_THAT(Files(DeployDir()), ElementsAreArray(reached));
}

TEST(DeployDir, HasTheTwoOverlays) {
  std::vector<std::string> names;
  for (const auto& variant : Variants()) names.push_back(variant.name);
  std::sort(names.begin(), names.end());
  EXPECT_THAT(
      names, ElementsAre("app", "app with ephemeral-inbox", "token", "token with ephemeral-inbox"));
}

// Each variant is installed once, for all checks of it in this process.
class ManifestsTest : public ::testing::Test {
 protected:
  struct Installed {
    Variant variant;
    Manifests manifests;
  };

  static void SetUpTestSuite() {
    Cluster cluster;
    for (const auto& variant : Variants())
      installed_.push_back({variant, Install(cluster, variant)});
  }
  static void TearDownTestSuite() { installed_.clear(); }

  void ForEach(const std::function<void(const Variant&, const Manifests&)>& check) {
    for (const auto& [variant, manifests] : installed_) {
      SCOPED_TRACE(variant.name);
      check(variant, manifests);
    }
  }

  Cluster cluster_;
  static inline std::vector<Installed> installed_;
};

const json& PodSpec(const Manifests& manifests) {
  return manifests.Only("Deployment").at("spec").at("template").at("spec");
}

const json& Container(const Manifests& manifests) {
  return PodSpec(manifests).at("containers").at(0);
}

// The value of --name in the container's arguments, "" when it is not there.
std::string Flag(const Manifests& manifests, const std::string& name) {
  for (const std::string argument : Container(manifests).at("args")) {
    if (argument.starts_with("--" + name + "=")) return argument.substr(name.size() + 3);
  }
  return "";
}

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

TEST_F(ManifestsTest, ServiceSelectsThePodAndLeadsToPortsThatItHas) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const json& service = manifests.Find("Service", "prow-coverage");
    const json& deployment = manifests.Only("Deployment");
    const json labels = deployment.at("spec").at("template").at("metadata").at("labels");
    EXPECT_FALSE(service.at("spec").at("selector").empty());
    EXPECT_EQ(service.at("spec").at("type"), "ClusterIP");
    EXPECT_TRUE(Selects(service.at("spec").at("selector"), labels))
        << service.at("spec").at("selector");
    EXPECT_TRUE(Selects(deployment.at("spec").at("selector").at("matchLabels"), labels));
    std::set<json> ports;
    for (const auto& port : Container(manifests).at("ports")) {
      ports.insert(port.at("containerPort"));
      ports.insert(port.at("name"));
    }
    for (const auto& port : service.at("spec").at("ports"))
      EXPECT_TRUE(ports.contains(port.at("targetPort"))) << port;
    for (const char* probe : {"livenessProbe", "readinessProbe"}) {
      ASSERT_TRUE(Container(manifests).contains(probe)) << probe;
      EXPECT_TRUE(ports.contains(Container(manifests).at(probe).at("httpGet").at("port"))) << probe;
    }
  });
}

TEST_F(ManifestsTest, VolumesAreMountedAndTheirSourcesExist) {
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

TEST_F(ManifestsTest, EphemeralInboxIsBounded) {
  ForEach([](const Variant& variant, const Manifests& manifests) {
    const json expected = {{"name", "inbox"}, {"emptyDir", {{"sizeLimit", "1Gi"}}}};
    const auto& volumes = PodSpec(manifests).at("volumes");
    EXPECT_EQ(std::count(volumes.begin(), volumes.end(), expected),
              variant.ephemeral_inbox ? 1 : 0);
  });
}

// By their names in the live cluster; their keys are met when the pod runs.
TEST_F(ManifestsTest, SecretsAreThoseThatAnOperatorMakes) {
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

TEST_F(ManifestsTest, GitHubIsAskedThroughGhproxyFirst) {
  ForEach([](const Variant&, const Manifests& manifests) {
    std::vector<std::string> endpoints;
    for (const std::string argument : Container(manifests).at("args")) {
      if (argument.starts_with("--github-endpoint=")) endpoints.push_back(argument.substr(18));
    }
    EXPECT_THAT(endpoints, ElementsAre("http://ghproxy", "https://api.github.com"));
  });
}

TEST_F(ManifestsTest, OnlyOnePodHasTheInbox) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const json& spec = manifests.Only("Deployment").at("spec");
    EXPECT_EQ(spec.at("replicas"), 1);
    EXPECT_EQ(spec.at("strategy").at("type"), "Recreate");
  });
}

TEST_F(ManifestsTest, PodIsHeldTight) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const json pod = PodSpec(manifests).at("securityContext");
    EXPECT_EQ(pod.at("runAsNonRoot"), true);
    EXPECT_EQ(pod.at("runAsUser"), 65532);
    EXPECT_EQ(pod.at("runAsGroup"), 65532);
    EXPECT_EQ(pod.at("fsGroup"), 65532);
    EXPECT_EQ(pod.at("seccompProfile").at("type"), "RuntimeDefault");
    EXPECT_EQ(Container(manifests).at("securityContext"),
              json({{"allowPrivilegeEscalation", false},
                    {"readOnlyRootFilesystem", true},
                    {"capabilities", {{"drop", {"ALL"}}}}}));
    const json resources = Container(manifests).at("resources");
    for (const char* path : {"/requests/cpu", "/requests/memory", "/limits/memory"}) {
      EXPECT_TRUE(resources.contains(json::json_pointer(path))) << path;
    }
    EXPECT_THAT(Container(manifests).at("image").get<std::string>(),
                ::testing::MatchesRegex("quay.io/kubevirtci/prow-coverage:v[0-9.]+"));
  });
}

// A field that is not listed here means something that no test looks at: a node selector that no
// node has, a command in place of the image's.
TEST_F(ManifestsTest, PodHasNoFieldThatTheTestsDoNotUnderstand) {
  const std::set<std::string> pod_fields = {"automountServiceAccountToken",
                                            "containers",
                                            "dnsPolicy",
                                            "restartPolicy",
                                            "schedulerName",
                                            "securityContext",
                                            "serviceAccount",
                                            "serviceAccountName",
                                            "terminationGracePeriodSeconds",
                                            "volumes"};
  const std::set<std::string> container_fields = {"args",
                                                  "env",
                                                  "image",
                                                  "imagePullPolicy",
                                                  "livenessProbe",
                                                  "name",
                                                  "ports",
                                                  "readinessProbe",
                                                  "resources",
                                                  "securityContext",
                                                  "terminationMessagePath",
                                                  "terminationMessagePolicy",
                                                  "volumeMounts"};
  const std::set<std::string> probe_fields = {"httpGet", "timeoutSeconds", "periodSeconds",
                                              "successThreshold", "failureThreshold"};
  ForEach([&](const Variant&, const Manifests& manifests) {
    for (const auto& [field, value] : PodSpec(manifests).items())
      EXPECT_TRUE(pod_fields.contains(field)) << field;
    for (const auto& [field, value] : Container(manifests).items())
      EXPECT_TRUE(container_fields.contains(field)) << field;
    for (const char* probe : {"livenessProbe", "readinessProbe"}) {
      for (const auto& [field, value] : Container(manifests).at(probe).items())
        EXPECT_TRUE(probe_fields.contains(field)) << field;
      EXPECT_EQ(Container(manifests).at(probe).at("httpGet").at("scheme"), "HTTP");
      EXPECT_EQ(Container(manifests).at(probe).at("httpGet").size(), 3u);
    }
    EXPECT_EQ(PodSpec(manifests).at("dnsPolicy"), "ClusterFirst");
    EXPECT_EQ(PodSpec(manifests).at("restartPolicy"), "Always");
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

// The namespace enforces the strictest of the Pod Security Standards, and the API server itself
// says whether the pod may run there.
TEST_F(ManifestsTest, PodMayRunUnderRestrictedPodSecurity) {
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

TEST_F(ManifestsTest, DaemonEndsByItselfBeforeItIsKilled) {
  ForEach([](const Variant&, const Manifests& manifests) {
    const std::string grace = Flag(manifests, "grace-period");
    ASSERT_TRUE(grace.ends_with("s")) << grace;
    EXPECT_LT(std::stoi(grace), PodSpec(manifests).at("terminationGracePeriodSeconds").get<int>());
  });
}

TEST_F(ManifestsTest, PluginIsRegisteredAtTheService) {
  const json plugins = ReadYaml(DeployDir() / "prow/plugins.yaml").at("external_plugins");
  ForEach([&](const Variant&, const Manifests& manifests) {
    const json& service = manifests.Find("Service", "prow-coverage");
    const std::string port =
        std::to_string(service.at("spec").at("ports").at(0).at("port").get<int>());
    EXPECT_EQ(service.at("spec").at("ports").at(0).at("targetPort"), "http");
    for (const auto& [repo, entries] : plugins.items()) {
      EXPECT_EQ(
          entries,
          json({{{"name", "coverage"},
                 {"endpoint",
                  "http://" + service.at("metadata").at("name").get<std::string>() + ":" + port},
                 {"events", {"pull_request"}}}}))
          << repo;
    }
  });
  // Whoever is configured is registered, and the other way round.
  const json repos = ReadYaml(DeployDir() / "base/config.yaml").at("repos");
  for (const auto& [repo, entries] : plugins.items()) EXPECT_TRUE(repos.contains(repo)) << repo;
  EXPECT_EQ(plugins.size(), repos.size());
}

TEST(Presubmit, BuildsTheImageWithATargetThatExists) {
  const json presubmits = ReadYaml(DeployDir() / "prow/presubmits.yaml").at("presubmits");
  ASSERT_EQ(presubmits.size(), 1u);
  const json job = presubmits.front().at(0);
  EXPECT_EQ(job.at("name"), "build-coverage-image");
  const json container = job.at("spec").at("containers").at(0);
  EXPECT_EQ(container.at("args"), json({"/bin/bash", "-ceu", "make image CONTAINER_TOOL=podman"}));
  testing::Process make(
      {"/usr/bin/make", "-n", "-C", PROW_COVERAGE_SOURCE, "image", "CONTAINER_TOOL=podman"});
  EXPECT_EQ(make.Wait(), 0) << make.Err();
  EXPECT_THAT(make.Out(), ::testing::HasSubstr("podman build"));
  const std::regex changed(job.at("run_if_changed").get<std::string>());
  for (const char* file :
       {"src/app/main.cc", "include/prow_coverage/base/error.h", "Containerfile", "CMakeLists.txt",
        "scripts/packages.txt", "cmake/Room.cmake", "Makefile"}) {
    EXPECT_TRUE(std::regex_search(file, changed)) << file;
  }
  EXPECT_FALSE(std::regex_search("docs/kubernetes.md", changed));
}

TEST(Presubmit, PodIsOneThatTheApiServerKnows) {
  const json job = ReadYaml(DeployDir() / "prow/presubmits.yaml").at("presubmits").front().at(0);
  Cluster cluster;
  const std::string ns = cluster.NewNamespace();
  json spec = job.at("spec");
  spec["serviceAccountName"] = "prow-coverage";
  spec["containers"][0]["name"] = "test";  // as plank names it
  const auto answer = cluster.Ask(
      "POST", "/api/v1/namespaces/" + ns + "/pods?dryRun=All&fieldValidation=Strict",
      {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", "job"}}}, {"spec", spec}});
  EXPECT_EQ(answer.status, 201) << answer.body;
}

}  // namespace
}  // namespace prow_coverage::e2e
