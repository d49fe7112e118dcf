#include "prow_coverage/pr_pod/objects.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/pr_pod/job_scripts.h"
#include "prow_coverage/pr_pod/phase.h"

namespace prow_coverage::pr_pod {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

Plan SomePlan() {
  Plan plan;
  plan.target = *ParseTarget({"kubevirt/project-infra#42", "", "", "main"});
  plan.names = *MakeNames("job", "secret", "");
  plan.ns = "dev";
  plan.has_token = true;
  return plan;
}

json Job(const Plan& plan) { return json::parse(RenderJob(plan).json); }

json PodSpec(const Plan& plan) { return Job(plan)["spec"]["template"]["spec"]; }

// All containers in the order in which they run.
json Containers(const Plan& plan) {
  const json spec = PodSpec(plan);
  json all = spec["initContainers"];
  for (const auto& container : spec["containers"]) all.push_back(container);
  return all;
}

std::vector<std::string> Names(const json& containers) {
  std::vector<std::string> names;
  for (const auto& container : containers) names.push_back(container["name"]);
  return names;
}

std::vector<std::string> Kinds(const std::vector<Object>& objects) {
  std::vector<std::string> kinds;
  for (const auto& object : objects) kinds.push_back(object.kind);
  return kinds;
}

bool Mounts(const json& container, const std::string& volume) {
  for (const auto& mount : container["volumeMounts"]) {
    if (mount["name"] == volume) return true;
  }
  return false;
}

TEST(RenderJob, MakesASuspendedJobThatGoesByItself) {
  const json spec = Job(SomePlan())["spec"];
  EXPECT_EQ(spec["suspend"], true);
  EXPECT_EQ(spec["backoffLimit"], 0);
  EXPECT_EQ(spec["ttlSecondsAfterFinished"], 3600);
  EXPECT_EQ(spec["activeDeadlineSeconds"], 3600);
  EXPECT_EQ(PodSpec(SomePlan())["terminationGracePeriodSeconds"], 1);
  EXPECT_EQ(PodSpec(SomePlan())["restartPolicy"], "Never");
}

TEST(RenderJob, HasAContainerForEachPhase) {
  Plan plan = SomePlan();
  EXPECT_THAT(Names(Containers(plan)), ElementsAre("checkout", "verify", "detect", "report"));
  plan.build.enabled = true;
  EXPECT_THAT(Names(Containers(plan)),
              ElementsAre("checkout", "verify", "detect", "build", "report"));
}

TEST(RenderJob, ShowsTheTokenToTheCheckoutAlone) {
  Plan plan = SomePlan();
  plan.build.enabled = true;
  for (const auto& container : Containers(plan)) {
    SCOPED_TRACE(container["name"]);
    EXPECT_EQ(Mounts(container, "token"), container["name"] == "checkout");
    EXPECT_FALSE(container.contains("envFrom"));
    for (const auto& variable : container["env"]) EXPECT_FALSE(variable.contains("valueFrom"));
  }
  plan.has_token = false;
  EXPECT_THAT(RenderJob(plan).json, Not(HasSubstr("\"secret\"")));
}

TEST(RenderJob, ShowsTheApiToTheBuildAlone) {
  Plan plan = SomePlan();
  EXPECT_EQ(PodSpec(plan)["automountServiceAccountToken"], false);
  EXPECT_THAT(RenderJob(plan).json, Not(HasSubstr("serviceAccountToken\"")));
  plan.build.enabled = true;
  for (const auto& container : Containers(plan)) {
    EXPECT_EQ(Mounts(container, "api-access"), container["name"] == "build");
  }
}

TEST(RenderJob, TellsTheScriptsWhatToDo) {
  Plan plan = SomePlan();
  plan.target.author = "someone\"; rm -rf /";
  const json variables = Containers(plan)[0]["env"];
  const auto value = [&](const std::string& name) -> std::string {
    for (const auto& variable : variables) {
      if (variable["name"] == name) return variable["value"];
    }
    return "(absent)";
  };
  EXPECT_EQ(value("PR_POD_REPO_URL"), "https://github.com/kubevirt/project-infra");
  EXPECT_EQ(value("PR_POD_HEAD_REF"), "refs/pull/42/head");
  EXPECT_EQ(value("PR_POD_BASE_REF"), "main");
  EXPECT_EQ(value("PR_POD_PULL"), "42");
  EXPECT_EQ(value("PR_POD_AUTHOR"), plan.target.author);
  EXPECT_EQ(Containers(plan)[0]["command"], json({"/bin/sh", "/pr-pod/job/checkout.sh"}));
}

TEST(RenderDependents, AreOwnedByTheJob) {
  Plan plan = SomePlan();
  plan.build.enabled = true;
  const auto objects = RenderDependents(plan, "t0k3n", "uid-1");
  EXPECT_THAT(Kinds(objects), ElementsAre("Secret", "ServiceAccount", "Role", "RoleBinding",
                                          "ConfigMap", "Deployment"));
  for (const auto& object : objects) {
    SCOPED_TRACE(object.kind);
    const json metadata = json::parse(object.json)["metadata"];
    EXPECT_EQ(
        metadata["ownerReferences"],
        json::parse(R"([{"apiVersion":"batch/v1","kind":"Job","name":"job","uid":"uid-1"}])"));
    EXPECT_EQ(metadata["labels"][kManagedByLabel], kManagedBy);
    EXPECT_EQ(metadata["labels"]["prow-coverage/pull"], "42");
    EXPECT_EQ(metadata["namespace"], "dev");
    EXPECT_EQ(object.resource.ns, "dev");
  }
}

TEST(RenderDependents, KeepTheTokenInTheSecretAlone) {
  Plan plan = SomePlan();
  plan.build.enabled = true;
  for (const auto& object : RenderDependents(plan, "t0k3n", "u")) {
    SCOPED_TRACE(object.kind);
    EXPECT_EQ(object.json.find("t0k3n") != std::string::npos, object.kind == "Secret");
  }
  EXPECT_THAT(RenderJob(plan).json, Not(HasSubstr("t0k3n")));
  plan.has_token = false;
  EXPECT_THAT(Kinds(RenderDependents(plan, "", "u")), Not(::testing::Contains("Secret")));
}

TEST(RenderDependents, AllowTheAccountNothingWithoutABuildAndLittleWithOne) {
  Plan plan = SomePlan();
  EXPECT_EQ(json::parse(RenderDependents(plan, "t", "u")[2].json)["rules"], json::array());
  plan.build.enabled = true;
  EXPECT_EQ(json::parse(RenderDependents(plan, "t", "u")[2].json)["rules"], json::parse(R"([
    {"apiGroups":["apps"],"resources":["deployments"],"verbs":["get"],"resourceNames":["job-builder"]},
    {"apiGroups":[""],"resources":["pods"],"verbs":["list"]},
    {"apiGroups":[""],"resources":["pods/exec"],"verbs":["create"]}])"));
}

TEST(RenderDependents, BringEveryScript) {
  const json data = json::parse(RenderDependents(SomePlan(), "t", "u")[4].json)["data"];
  EXPECT_EQ(data.size(), JobScripts().size());
  EXPECT_TRUE(data.contains("lib.sh"));
  for (const Phase& phase : Phases()) {
    EXPECT_TRUE(data.contains(std::string(phase.name) + ".sh")) << phase.name;
  }
}

TEST(RenderDependents, MakeABuilderThatAllowsWhatWasAskedFor) {
  Plan plan = SomePlan();
  plan.build.enabled = true;
  const auto container = [&] {
    return json::parse(
        RenderDependents(plan, "t", "u").back().json)["spec"]["template"]["spec"]["containers"][0];
  };
  EXPECT_EQ(container()["args"], json::array());
  EXPECT_EQ(container()["securityContext"]["privileged"], true);
  plan.build.entitlements = {"network.host"};
  EXPECT_EQ(container()["args"], json({"--allow-insecure-entitlement", "network.host"}));
  plan.build.rootless = true;
  EXPECT_FALSE(container()["securityContext"].contains("privileged"));
  EXPECT_THAT(container()["image"].get<std::string>(), HasSubstr("rootless"));
}

}  // namespace
}  // namespace prow_coverage::pr_pod
