#include "prow_coverage/prow/plugin_help.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace prow_coverage::prow {
namespace {

using nlohmann::json;

config::JobsConfig Configured() {
  return config::JobsConfig::Parse(R"(
defaults:
  namespace: kubevirt-prow-jobs
  image: quay.io/kubevirtci/covreport:latest
  cluster: kubevirt-prow-control-plane
repos:
  kubevirt/project-infra:
    testPackages: ./robots/... <b>
    coverageThreshold: 25.5
    coverageDirs: [./robots/..., ./releng]
  kubevirt/ci-health:
    testPackages: ./pkg/...
)",
                                   "config.yaml")
      .value();
}

json Help(std::string_view body, const config::JobsConfig& config) {
  return json::parse(PluginHelp(body, config).value());
}

TEST(PluginHelp, HasTheFieldsOfProwsObject) {
  const json help = Help("", config::JobsConfig::BuiltIn());
  EXPECT_EQ(help["Events"], json::array({"pull_request"}));
  EXPECT_EQ(help["Commands"], json::array());
  EXPECT_TRUE(help["Description"].is_string());
  EXPECT_TRUE(help["Snippet"].is_string());
  EXPECT_TRUE(help["Config"].is_object());
  EXPECT_EQ(help.size(), 5u);
}

TEST(PluginHelp, DescribesTheRepositoriesThatWereAskedFor) {
  const json config =
      Help(R"([{"Org":"kubevirt","Repo":"project-infra"},{"Org":"kubevirt","Repo":"other"}])",
           Configured())["Config"];
  EXPECT_EQ(config.size(), 2u);
  EXPECT_EQ(config["kubevirt/project-infra"],
            "Runs the tests of <code>./robots/... &lt;b&gt;</code> in the image "
            "<code>quay.io/kubevirtci/covreport:latest</code> when Go code in "
            "<code>./robots/...</code>, <code>./releng</code> changes; the threshold is 25.5%.");
  EXPECT_EQ(config[""],
            "These repositories are configured: <code>kubevirt/ci-health</code>, "
            "<code>kubevirt/project-infra</code>.");
}

TEST(PluginHelp, SaysWhenThereIsNoThreshold) {
  const json config = Help(R"([{"Org":"kubevirt","Repo":"ci-health"}])", Configured())["Config"];
  EXPECT_EQ(config["kubevirt/ci-health"],
            "Runs the tests of <code>./pkg/...</code> in the image "
            "<code>quay.io/kubevirtci/covreport:latest</code> when Go code in the daemon's "
            "coverage directories changes; there is no threshold.");
}

TEST(PluginHelp, WithoutAConfigurationEveryRepositoryHasTheBuiltInJob) {
  const json config =
      Help(R"([{"Org":"any","Repo":"body"}])", config::JobsConfig::BuiltIn())["Config"];
  EXPECT_TRUE(config["any/body"].get<std::string>().starts_with(
      "Runs <code>make coverage</code> in the image <code>quay.io/kubevirtci/golang:"));
  EXPECT_EQ(config[""], "Every repository that sends its events here has the same job.");
}

TEST(PluginHelp, SnippetIsAConfigurationThatLoads) {
  const std::string snippet = Help("", config::JobsConfig::BuiltIn())["Snippet"];
  const auto config = config::JobsConfig::Parse(snippet, "snippet");
  ASSERT_TRUE(config) << config.error().message;
  EXPECT_FALSE(config->Repositories().empty());
}

// Hook sends Go's nil slice as null when no repository has the plugin.
TEST(PluginHelp, NoRepositoriesAreFine) {
  for (const char* body : {"", "null", "[]"}) {
    SCOPED_TRACE(body);
    EXPECT_EQ(Help(body, Configured())["Config"].size(), 1u);
  }
}

TEST(PluginHelp, RefusesABodyThatIsSomethingElse) {
  for (const char* body :
       {"{", "{}", "\"x\"", "[1]", "[null]", R"([{"Org":"o"}])", R"([{"Org":1,"Repo":"r"}])"}) {
    SCOPED_TRACE(body);
    const auto help = PluginHelp(body, Configured());
    ASSERT_FALSE(help);
    EXPECT_EQ(help.error().code, ErrorCode::kInvalidArgument);
  }
}

TEST(PluginHelp, RefusesABodyOverOneMebibyte) {
  const auto help = PluginHelp(std::string((1 << 20) + 1, ' '), Configured());
  ASSERT_FALSE(help);
  EXPECT_EQ(help.error().code, ErrorCode::kTooLarge);
}

}  // namespace
}  // namespace prow_coverage::prow
