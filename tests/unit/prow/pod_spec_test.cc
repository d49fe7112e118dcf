#include "pod_spec.h"

#include <gtest/gtest.h>

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

Json Container(const config::JobConfig& job) { return RenderPodSpec(job).value()["containers"][0]; }

config::JobConfig GoPlugin() {
  config::JobConfig job;
  job.test_packages = "./pkg/...";
  return job;
}

Json Variable(const char* name, const char* value) { return {{"name", name}, {"value", value}}; }

TEST(PodSpec, TestPackagesAloneMakeTheGoPluginsJob) {
  const Json container = Container(GoPlugin());
  EXPECT_EQ(container["command"], Json::array({"/usr/local/bin/entrypoint.sh", "/bin/sh", "-ce"}));
  EXPECT_EQ(container["args"], Json::array({"/usr/local/bin/coverage-report.sh ./pkg/..."}));
  EXPECT_FALSE(container.contains("resources"));
}

// Its script reads absence as 70.
TEST(PodSpec, GoPluginsJobHasAThresholdOfZeroForNone) {
  EXPECT_EQ(Container(GoPlugin())["env"], Json::array({Variable("COVERAGE_THRESHOLD", "0")}));
}

TEST(PodSpec, VariablesAreSortedWithTheThresholdLast) {
  auto job = GoPlugin();
  job.env = {{"Z", "1"}, {"A", "2"}};
  job.coverage_threshold = 72.5;
  EXPECT_EQ(Container(job)["env"], Json::array({Variable("A", "2"), Variable("Z", "1"),
                                                Variable("COVERAGE_THRESHOLD", "72.5")}));
}

// Two variables of one name are refused by the API server.
TEST(PodSpec, ThresholdStandsInTheEnvironmentOnce) {
  auto job = GoPlugin();
  job.env = {{"COVERAGE_THRESHOLD", "50"}};
  EXPECT_EQ(Container(job)["env"], Json::array({Variable("COVERAGE_THRESHOLD", "50")}));
  job.coverage_threshold = 100;
  EXPECT_EQ(Container(job)["env"], Json::array({Variable("COVERAGE_THRESHOLD", "100")}));
}

TEST(PodSpec, OwnCommandTakesNothingFromTheOtherJobs) {
  auto job = GoPlugin();
  job.command = {"prow-coverage", "measure"};
  const Json container = Container(job);
  EXPECT_EQ(container["command"], Json::array({"prow-coverage", "measure"}));
  for (const char* field : {"args", "env", "resources"}) {
    SCOPED_TRACE(field);
    EXPECT_FALSE(container.contains(field));
  }
}

TEST(PodSpec, OwnArgsReplaceTheScriptOnly) {
  config::JobConfig job;
  job.args = {"make cover"};
  const Json container = Container(job);
  EXPECT_EQ(container["args"], Json::array({"make cover"}));
  EXPECT_EQ(container["command"][0], "/usr/local/bin/runner.sh");
}

TEST(PodSpec, OwnGoVersionWinsOverTheBuiltInOne) {
  config::JobConfig job;
  job.env = {{"GIMME_GO_VERSION", "1.26"}};
  EXPECT_EQ(Container(job)["env"], Json::array({Variable("GIMME_GO_VERSION", "1.26")}));
}

// YAML's `cpu: 0.5` is a float; the CRD takes integers and strings.
TEST(PodSpec, QuantitiesAreTexts) {
  config::JobConfig job;
  job.resources = {{"limits", {{"cpu", 0.5}, {"memory", "1Gi"}}}, {"requests", {{"cpu", 2}}}};
  EXPECT_EQ(Container(job)["resources"],
            (Json{{"limits", {{"cpu", "0.5"}, {"memory", "1Gi"}}}, {"requests", {{"cpu", "2"}}}}));
}

TEST(PodSpec, SingleContainerHasAnEmptyName) {
  const Json container = Container({});
  ASSERT_TRUE(container.contains("name"));
  EXPECT_EQ(container["name"], "");
}

TEST(PodSpec, TokenIsNeverMountedJustBecauseItsSecretIsNamed) {
  auto job = GoPlugin();
  job.github_token_secret = "commenter-oauth-token";
  const Json pod = RenderPodSpec(job).value();
  EXPECT_FALSE(pod.contains("volumes"));
  EXPECT_EQ(pod.dump().find("commenter-oauth-token"), std::string::npos);
}

TEST(PodSpec, TokenIsMountedWhereTheGoPluginHasItWhenAskedFor) {
  auto job = GoPlugin();
  job.github_token_secret = "commenter-oauth-token";
  job.mount_github_token = true;
  const Json pod = RenderPodSpec(job).value();
  EXPECT_EQ(pod["volumes"], Json::parse(R"([
      {"name": "github-token", "secret": {"secretName": "commenter-oauth-token"}}])"));
  EXPECT_EQ(pod["containers"][0]["volumeMounts"], Json::parse(R"([
      {"name": "github-token", "mountPath": "/etc/github-commenter", "readOnly": true}])"));
}

TEST(PodSpec, RefusesWhatCanNeverRun) {
  config::JobConfig no_secret;
  no_secret.mount_github_token = true;
  config::JobConfig no_program;
  no_program.command = {""};
  config::JobConfig no_object;
  no_object.resources = "4Gi";
  const struct {
    const char* field;
    const config::JobConfig& job;
  } rows[] = {
      {"githubTokenSecret ", no_secret}, {"command ", no_program}, {"resources ", no_object}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.field);
    const auto pod = RenderPodSpec(row.job);
    ASSERT_FALSE(pod);
    EXPECT_EQ(pod.error().code, ErrorCode::kInvalidArgument);
    EXPECT_TRUE(pod.error().message.starts_with(row.field)) << pod.error().message;
  }
}

}  // namespace
}  // namespace prow_coverage::prow
