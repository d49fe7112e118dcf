// deploy/prow/: what goes into Prow's own configuration.

#include <regex>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/installed.h"
#include "support/process.h"

namespace prow_coverage::e2e {
namespace {

using ::testing::MatchesRegex;

TEST(Plugins, RegisterTheServiceForEveryConfiguredRepository) {
  const json file = ReadYaml(DeployDir() / "prow/plugins.yaml");
  EXPECT_EQ(Keys(file), (std::set<std::string>{"external_plugins"}));
  const json& plugins = file.at("external_plugins");
  for (const auto& [repo, entries] : plugins.items()) {
    EXPECT_EQ(entries, json({{{"name", "coverage"},
                              {"endpoint", "http://prow-coverage:9901"},
                              {"events", {"pull_request"}}}}))
        << repo;
  }
  // Whoever is configured is registered, and the other way round.
  EXPECT_EQ(Keys(plugins), Keys(ReadYaml(DeployDir() / "base/config.yaml").at("repos")));
}

json PresubmitJob() {
  const json presubmits = ReadYaml(DeployDir() / "prow/presubmits.yaml").at("presubmits");
  EXPECT_EQ(Keys(presubmits), (std::set<std::string>{"kubevirt/prow-coverage"}));
  EXPECT_EQ(presubmits.front().size(), 1u);
  return presubmits.front().at(0);
}

TEST(Presubmit, BuildsTheImageWithATargetThatExists) {
  const json container = PresubmitJob().at("spec").at("containers").at(0);
  EXPECT_EQ(container.at("command"), json({"/usr/local/bin/entrypoint.sh"}));
  EXPECT_EQ(container.at("args"), json({"/bin/bash", "-ceu", "make image CONTAINER_TOOL=podman"}));
  testing::Process make(
      {"/usr/bin/make", "-n", "-C", PROW_COVERAGE_SOURCE, "image", "CONTAINER_TOOL=podman"});
  EXPECT_EQ(make.Wait(), 0) << make.Err();
  EXPECT_THAT(make.Out(), ::testing::HasSubstr("podman build"));
}

TEST(Presubmit, RunsForWhateverTheImageIsMadeOf) {
  const std::regex changed(PresubmitJob().at("run_if_changed").get<std::string>());
  for (const char* file :
       {"src/app/main.cc", "include/prow_coverage/base/error.h", "Containerfile", "CMakeLists.txt",
        "CMakePresets.json", "scripts/packages.txt", "cmake/Room.cmake", "Makefile"}) {
    EXPECT_TRUE(std::regex_search(file, changed)) << file;
  }
  for (const char* file : {"docs/kubernetes.md", "README.md", "tests/e2e/run.sh"})
    EXPECT_FALSE(std::regex_search(file, changed)) << file;
}

// The presets mount what podman needs on that cluster; undecorated, nothing would be cloned.
TEST(Presubmit, IsAJobThatProwRunsAndThatPodmanWorksIn) {
  json job = PresubmitJob();
  const json container = job.at("spec").at("containers").at(0);
  EXPECT_THAT(container.at("image").get<std::string>(),
              MatchesRegex("quay.io/kubevirtci/bootstrap:v[0-9]+-[0-9a-f]+"));
  EXPECT_EQ(container.at("securityContext"), json({{"privileged", true}}));
  const json& resources = container.at("resources");
  EXPECT_EQ(Keys(resources.at("requests")), (std::set<std::string>{"memory"}));
  EXPECT_EQ(resources.at("requests"), resources.at("limits"));
  for (const char* field : {"spec", "run_if_changed"}) job.erase(field);
  EXPECT_EQ(job, json({{"name", "build-coverage-image"},
                       {"decorate", true},
                       {"cluster", "kubevirt-prow-control-plane"},
                       {"labels",
                        {{"preset-docker-mirror-proxy", "true"},
                         {"preset-podman-in-container-enabled", "true"}}}}));
}

TEST(Presubmit, PodIsOneThatTheApiServerKnows) {
  Cluster cluster;
  const std::string ns = cluster.NewNamespace();
  json spec = PresubmitJob().at("spec");
  spec["serviceAccountName"] = "prow-coverage";
  spec["containers"][0]["name"] = "test";  // as plank names it
  const auto answer = cluster.Ask(
      "POST", "/api/v1/namespaces/" + ns + "/pods?dryRun=All&fieldValidation=Strict",
      {{"apiVersion", "v1"}, {"kind", "Pod"}, {"metadata", {{"name", "job"}}}, {"spec", spec}});
  EXPECT_EQ(answer.status, 201) << answer.body;
}

}  // namespace
}  // namespace prow_coverage::e2e
