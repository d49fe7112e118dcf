#include "decoration.h"

#include <climits>

#include <gtest/gtest.h>

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

Json Complete(const Json& prow, const config::JobConfig& job = {}) {
  return CompleteDecoration(job, prow).value();
}

TEST(Decoration, JobConfigurationWinsOverProwFieldByField) {
  config::JobConfig job;
  job.timeout_minutes = 30;
  job.utility_images.sidecar = "ours/sidecar";
  job.gcs.bucket = "ours";
  const Json decoration = Complete(Json::parse(R"({"timeout": "4h", "grace_period": "1m",
          "utility_images": {"sidecar": "prow/sidecar", "clonerefs": "prow/clonerefs"},
          "gcs_configuration": {"bucket": "prow", "path_prefix": "p"}})"),
                                   job);
  EXPECT_EQ(decoration["timeout"], "30m0s");
  EXPECT_EQ(decoration["grace_period"], "1m0s");
  EXPECT_EQ(decoration["utility_images"]["sidecar"], "ours/sidecar");
  EXPECT_EQ(decoration["utility_images"]["clonerefs"], "prow/clonerefs");
  EXPECT_EQ(decoration["gcs_configuration"]["bucket"], "ours");
  EXPECT_EQ(decoration["gcs_configuration"]["path_prefix"], "p");
}

TEST(Decoration, NullAndEmptyFieldsCountAsNotSaid) {
  const Json built_in = Complete(nullptr);
  EXPECT_EQ(Complete(Json::object()), built_in);
  EXPECT_EQ(Complete(Json::parse(R"({"timeout": null, "utility_images": null,
      "gcs_configuration": {"bucket": ""}, "gcs_credentials_secret": null})")),
            Complete(Json::parse(R"({"gcs_configuration": {}})")));
  EXPECT_EQ(Complete(Json::parse(R"({"timeout": null})"))["timeout"], built_in["timeout"]);
}

TEST(Decoration, KeepsEveryOtherFieldOfProws) {
  const Json others = Json::parse(R"({"ssh_key_secrets": ["s"], "fs_group": 1000,
      "scheduling_options": {"tolerations": [{"key": "k"}]}, "github_app_id": "7"})");
  const Json decoration = Complete(others);
  for (const auto& [name, value] : others.items()) EXPECT_EQ(decoration[name], value);
}

// The CRD knows durations as strings, and plank stops seeing any ProwJob over one it cannot read.
TEST(Decoration, DurationsBecomeGoText) {
  const Json decoration = Complete(Json::parse(
      R"({"timeout": 7200000000000, "grace_period": "90s", "pod_running_timeout": "48h"})"));
  EXPECT_EQ(decoration["timeout"], "2h0m0s");
  EXPECT_EQ(decoration["grace_period"], "1m30s");
  EXPECT_EQ(decoration["pod_running_timeout"], "48h0m0s");
}

TEST(Decoration, QuantitiesBecomeTexts) {
  const Json decoration = Complete(Json::parse(R"({"default_memory_request": 1.5,
      "resources": {"sidecar": {"requests": {"cpu": 0.25}}}})"));
  EXPECT_EQ(decoration["default_memory_request"], "1.5");
  EXPECT_EQ(decoration["resources"]["sidecar"]["requests"]["cpu"], "0.25");
}

// A secret that does not exist would keep the pod from starting for ever.
TEST(Decoration, NoBuiltInSecretWhereProwWritesWithoutIt) {
  EXPECT_EQ(Complete(Json::parse(R"({"gcs_credentials_secret": ""})"))["gcs_credentials_secret"],
            "");
  EXPECT_FALSE(Complete(Json::parse(R"({"s3_credentials_secret": "s"})"))
                   .contains("gcs_credentials_secret"));
  config::JobConfig job;
  job.gcs.credentials_secret = "ours";
  EXPECT_EQ(
      Complete(Json::parse(R"({"gcs_credentials_secret": ""})"), job)["gcs_credentials_secret"],
      "ours");
}

TEST(Decoration, SingleAndLegacyCarryTheirDefaults) {
  for (const char* strategy : {"single", "legacy"}) {
    SCOPED_TRACE(strategy);
    config::JobConfig job;
    job.gcs = {"b", strategy, "", "kubevirt", "kubevirt"};
    const Json expected = {{"bucket", "b"},
                           {"path_strategy", strategy},
                           {"default_org", "kubevirt"},
                           {"default_repo", "kubevirt"}};
    EXPECT_EQ(Complete(nullptr, job)["gcs_configuration"], expected);
  }
}

void ExpectRefused(const config::JobConfig& job, const Json& prow, const std::string& field) {
  SCOPED_TRACE(field);
  const auto decoration = CompleteDecoration(job, prow);
  ASSERT_FALSE(decoration);
  EXPECT_EQ(decoration.error().code, ErrorCode::kInvalidArgument);
  EXPECT_TRUE(decoration.error().message.starts_with(field + " ")) << decoration.error().message;
}

TEST(Decoration, RefusesAConfigurationThatPlankWouldNeverRun) {
  const struct {
    const char* field;
    void (*break_it)(config::JobConfig&);
  } rows[] = {
      {"timeoutMinutes", [](config::JobConfig& job) { job.timeout_minutes = 0; }},
      {"timeoutMinutes", [](config::JobConfig& job) { job.timeout_minutes = -5; }},
      {"timeoutMinutes", [](config::JobConfig& job) { job.timeout_minutes = INT_MAX; }},
      {"gracePeriodSeconds", [](config::JobConfig& job) { job.grace_period_seconds = -1; }},
      {"gcs.pathStrategy", [](config::JobConfig& job) { job.gcs.path_strategy = "flat"; }},
      {"gcs.bucket", [](config::JobConfig& job) { job.gcs.bucket = "gs://"; }},
      {"gcs.bucket", [](config::JobConfig& job) { job.gcs.bucket = "my bucket"; }},
      {"gcs.bucket", [](config::JobConfig& job) { job.gcs.bucket = "/b"; }},
      {"gcs.defaultOrg", [](config::JobConfig& job) { job.gcs.path_strategy = "single"; }},
      {"gcs.defaultRepo",
       [](config::JobConfig& job) {
         job.gcs.path_strategy = "legacy";
         job.gcs.default_org = "kubevirt";
       }},
  };
  for (const auto& row : rows) {
    config::JobConfig job;
    row.break_it(job);
    ExpectRefused(job, nullptr, row.field);
  }
}

TEST(Decoration, RefusesProwDefaultsThatAreBroken) {
  const struct {
    const char* field;
    const char* prow;
  } rows[] = {
      {"decoration_config", "[]"},
      {"timeout", R"({"timeout": "two hours"})"},
      {"timeout", R"({"timeout": -1})"},
      {"timeout", R"({"timeout": 18446744073709551615})"},
      {"grace_period", R"({"grace_period": true})"},
      {"pod_pending_timeout", R"({"pod_pending_timeout": "-1h"})"},
      {"utility_images", R"({"utility_images": "x"})"},
      {"sidecar", R"({"utility_images": {"sidecar": 1}})"},
      {"gcs_configuration", R"({"gcs_configuration": []})"},
      {"bucket", R"({"gcs_configuration": {"bucket": {}}})"},
      {"gcs_credentials_secret", R"({"gcs_credentials_secret": 1})"},
  };
  for (const auto& row : rows) ExpectRefused({}, Json::parse(row.prow), row.field);
}

}  // namespace
}  // namespace prow_coverage::prow
