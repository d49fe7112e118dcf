#include "prow_coverage/config/decoration_defaults.h"

#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace prow_coverage::config {
namespace {

using nlohmann::ordered_json;

DecorationDefaults Entries(std::string_view text) {
  auto defaults = DecorationDefaults::Parse(text, "prow.yaml");
  if (!defaults) {
    ADD_FAILURE() << defaults.error().message;
    return {};
  }
  return *defaults;
}

DecorationDefaults Fixture() { return Entries(testing::TestData("config/prow.yaml")); }

TEST(DecorationDefaults, NothingConfiguredIsAnEmptyObject) {
  EXPECT_EQ(DecorationDefaults().For("o", "r", "c"), ordered_json::object());
  for (const char* text : {"", "tide: {}\n", "plank:\n", "plank: {}\n",
                           "plank: {default_decoration_config_entries: []}\n",
                           "plank: {default_decoration_config_entries: [{repo: o}]}\n"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(Entries(text).For("o", "r", "c"), ordered_json::object());
  }
}

TEST(DecorationDefaults, KeepsEveryFieldOfTheCrd) {
  const auto config = Fixture().For("other", "repo", "build");
  EXPECT_EQ(config["timeout"], "2h");
  EXPECT_EQ(config["gcs_configuration"]["bucket"], "example-prow");
  EXPECT_EQ(config["github_api_endpoints"].size(), 2U);
  EXPECT_EQ(config["utility_images"]["sidecar"], "registry.example/images/sidecar:v1");
}

TEST(DecorationDefaults, LaterMatchingEntryWinsFieldByField) {
  const auto config = Fixture().For("example", "repo", "build");
  EXPECT_EQ(config["timeout"], "3h");
  EXPECT_EQ(config["grace_period"], "15s");
  EXPECT_EQ(config["utility_images"]["sidecar"], "registry.example/images/sidecar:v2");
  EXPECT_EQ(config["utility_images"]["entrypoint"], "registry.example/images/entrypoint:v1");
}

TEST(DecorationDefaults, EntryMatchesByRepositoryAndCluster) {
  const auto defaults = Entries(R"(
plank:
  default_decoration_config_entries:
  - {config: {timeout: all}}
  - {repo: "*", cluster: "*", config: {grace_period: all}}
  - {repo: org, config: {timeout: org}}
  - {repo: org/repo, config: {timeout: repo}}
  - {cluster: arm, config: {grace_period: arm}}
  - {repo: org/repo, cluster: arm, config: {timeout: both}}
)");
  const struct {
    const char *org, *repo, *cluster, *timeout, *grace;
  } rows[] = {{"x", "repo", "", "all", "all"},         {"org", "x", "build", "org", "all"},
              {"org", "repo", "build", "repo", "all"}, {"x", "y", "arm", "all", "arm"},
              {"org", "repo", "arm", "both", "arm"},   {"or", "g/repo", "arms", "all", "all"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.org) + "/" + row.repo + " on " + row.cluster);
    const auto config = defaults.For(row.org, row.repo, row.cluster);
    EXPECT_EQ(config["timeout"], row.timeout);
    EXPECT_EQ(config["grace_period"], row.grace);
  }
}

TEST(DecorationDefaults, WhatGoTakesForUnsetOverridesNothing) {
  const auto defaults = Entries(R"(
plank:
  default_decoration_config_entries:
  - config:
      timeout: 2h
      ssh_key_secrets: [a]
      github_app_id: "1"
      utility_images: {sidecar: s}
      gcs_configuration: {bucket: b}
  - config:
      timeout: null
      ssh_key_secrets: []
      github_app_id: ""
      utility_images: {sidecar: "", entrypoint: e}
      gcs_configuration: {}
)");
  EXPECT_EQ(defaults.For("o", "r", "c"), ordered_json::parse(R"({
    "timeout": "2h", "ssh_key_secrets": ["a"], "github_app_id": "1",
    "utility_images": {"sidecar": "s", "entrypoint": "e"}, "gcs_configuration": {"bucket": "b"}})"));
}

TEST(DecorationDefaults, FalseAndAnEmptySecretAreSet) {
  const auto config = Fixture().For("other", "repo", "arm");
  EXPECT_EQ(config["skip_cloning"], false);
  EXPECT_EQ(config["gcs_credentials_secret"], "");
}

TEST(DecorationDefaults, AppIdIsAString) {
  EXPECT_EQ(Fixture().For("example", "infra", "build")["github_app_id"], "12345");
}

TEST(DecorationDefaults, OneUtilityContainersResourcesAreReplacedAsAWhole) {
  const auto defaults = Entries(R"(
plank:
  default_decoration_config_entries:
  - {config: {resources: {sidecar: {requests: {cpu: 1, memory: 1Gi}}, clonerefs: {limits: {cpu: 2}}}}}
  - {config: {resources: {sidecar: {requests: {cpu: 3}}}}}
)");
  EXPECT_EQ(defaults.For("o", "r", "c")["resources"], ordered_json::parse(R"(
    {"sidecar": {"requests": {"cpu": 3}}, "clonerefs": {"limits": {"cpu": 2}}})"));
}

TEST(DecorationDefaults, EarlierMediaTypeWinsAsInProw) {
  const auto defaults = Entries(R"(
plank:
  default_decoration_config_entries:
  - {config: {gcs_configuration: {mediaTypes: {log: text/plain}}}}
  - {config: {gcs_configuration: {mediaTypes: {log: text/html, cov: text/plain}}}}
)");
  EXPECT_EQ(defaults.For("o", "r", "c")["gcs_configuration"]["mediaTypes"],
            ordered_json::parse(R"({"log": "text/plain", "cov": "text/plain"})"));
}

TEST(DecorationDefaults, OlderMapGoesFromTheGeneralToTheSpecial) {
  const auto defaults = Entries(R"(
plank:
  default_decoration_configs:
    org/repo: {timeout: repo}
    org: {timeout: org, grace_period: org}
    "*": {timeout: all, grace_period: all}
)");
  EXPECT_EQ(defaults.For("org", "repo", "c").dump(), R"({"timeout":"repo","grace_period":"org"})");
  EXPECT_EQ(defaults.For("x", "repo", "c").dump(), R"({"timeout":"all","grace_period":"all"})");
}

TEST(DecorationDefaults, RefusesWithSourceAndLine) {
  const struct {
    const char* text;
    const char* error;
  } rows[] = {
      {"- a\n", "prow.yaml:1: must be a mapping"},
      {"a: 1\nplank: 5\n", "prow.yaml:2: plank: must be a mapping"},
      {"plank:\n  default_decoration_config_entries: {}\n",
       "prow.yaml:2: plank.default_decoration_config_entries: must be a list"},
      {"plank:\n  default_decoration_config_entries:\n  - repo: o\n  - 5\n",
       "prow.yaml:4: plank.default_decoration_config_entries[1]: must be a mapping"},
      {"plank:\n  default_decoration_config_entries:\n  - repo: [o]\n",
       "prow.yaml:3: plank.default_decoration_config_entries[0].repo: must be a string"},
      {"plank:\n  default_decoration_config_entries:\n  - config:\n      utility_images: x\n",
       "prow.yaml:4: plank.default_decoration_config_entries[0].config.utility_images: must be a "
       "mapping"},
      {"plank:\n  default_decoration_configs:\n    o: 5\n",
       "prow.yaml:3: plank.default_decoration_configs.o: must be a mapping"},
      {"plank:\n  default_decoration_configs: {}\n  default_decoration_config_entries: []\n",
       "prow.yaml:2: plank.default_decoration_configs: stands beside "
       "default_decoration_config_entries, Prow takes only one of them"},
      {"plank: [\n", "prow.yaml:2: no valid YAML: end of sequence flow not found"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto defaults = DecorationDefaults::Parse(row.text, "prow.yaml");
    ASSERT_FALSE(defaults.has_value());
    EXPECT_EQ(defaults.error().code, ErrorCode::kInvalidArgument);
    EXPECT_EQ(defaults.error().message, row.error);
  }
}

}  // namespace
}  // namespace prow_coverage::config
