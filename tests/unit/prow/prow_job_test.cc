#include "prow_coverage/prow/prow_job.h"

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

JobRequest Request() {
  JobRequest request;
  auto& pull = request.pull;
  pull.org = "kubevirt";
  pull.repo = "project-infra";
  pull.repo_url = "https://github.com/kubevirt/project-infra";
  pull.number = 4711;
  pull.title = "robots: \"gr\u00FCn\" statt <rot>";
  pull.url = "https://github.com/kubevirt/project-infra/pull/4711";
  pull.state = "open";
  pull.author = "jane-doe";
  pull.author_url = "https://github.com/jane-doe";
  pull.head_sha = "0123456789abcdef0123456789abcdef01234567";
  pull.head_ref = "feature/gr\u00FCn";
  pull.base_ref = "release-1.0";
  pull.base_sha = std::string(40, 'f');
  request.base_sha = "89abcdef0123456789abcdef0123456789abcdef";
  request.delivery_guid = "72d3162e-cc78-11e3-81ab-4c9367dc0958";
  request.start_time = WallTime(std::chrono::milliseconds(1787133600400));
  request.github_host_url = "https://github.com";
  request.jobs_namespace = "kubevirt-prow-jobs";
  return request;
}

// The shape of kubevirt/project-infra's own file, with a value of its own in every field.
config::JobConfig GoPluginConfig() {
  config::JobConfig job;
  job.ns = "coverage-pods";
  job.image = "quay.io/kubevirtci/covreport:latest";
  job.cluster = "build-cluster";
  job.test_packages = "./external-plugins/... ./robots/...";
  job.env = {{"GO_MOD_PATH", "go.mod"}, {"GOTOOLCHAIN", "local"}};
  job.timeout_minutes = 90;
  job.grace_period_seconds = 65;
  job.utility_images = {"registry.example/clonerefs:v1", "registry.example/initupload:v1",
                        "registry.example/entrypoint:v1", "registry.example/sidecar:v1"};
  job.gcs = {"coverage-bucket", "single", "coverage-gcs", "kubevirt", "kubevirt"};
  job.coverage_threshold = 25;
  job.github_token_secret = "commenter-oauth-token";
  return job;
}

constexpr std::string_view kProwConfig = R"(
plank:
  default_decoration_config_entries:
  - config:
      timeout: 4h
      grace_period: 15s
      utility_images:
        clonerefs: prow.example/clonerefs:v2
        initupload: prow.example/initupload:v2
        entrypoint: prow.example/entrypoint:v2
        sidecar: prow.example/sidecar:v1
      gcs_configuration:
        bucket: gs://prow-bucket
        path_prefix: logs-of-ours
        path_strategy: legacy
        default_org: kubevirt
        default_repo: kubevirt
      gcs_credentials_secret: prow-gcs
      github_api_endpoints: [http://ghproxy, https://api.github.com]
      blobless_fetch: true
      skip_cloning: false
      resources:
        sidecar:
          requests: {cpu: 0.1, memory: 64Mi}
      pod_pending_timeout: 20m
  - repo: kubevirt/project-infra
    config:
      utility_images:
        sidecar: prow.example/sidecar:v2
      censor_secrets: true
)";

Json RenderJob(const JobRequest& request, const config::JobConfig& job = {}) {
  return Render(request, job, {}).value();
}

// The order of members is no part of the contract.
void ExpectGolden(const Json& job, std::string_view name) {
  const auto expected = nlohmann::json::parse(testing::TestData("prow/" + std::string(name)));
  const auto actual = nlohmann::json::parse(job.dump());
  EXPECT_EQ(nlohmann::json::diff(expected, actual), nlohmann::json::array());
}

TEST(ProwJob, BuiltInDefaults) { ExpectGolden(RenderJob(Request()), "built_in.json"); }

TEST(ProwJob, GoPluginsConfiguration) {
  ExpectGolden(RenderJob(Request(), GoPluginConfig()), "go_plugin.json");
}

TEST(ProwJob, ProwsDecorationDefaults) {
  const auto defaults = config::DecorationDefaults::Parse(kProwConfig, "config.yaml").value();
  ExpectGolden(Render(Request(), {}, defaults).value(), "prow_defaults.json");
}

TEST(ProwJob, NameFollowsFromHostPullHeadAndAttempt) {
  const auto request = Request();
  const std::string name = JobName("https://github.com", request.pull, 1);
  EXPECT_EQ(name, "cd5a33f8-47ab-5c78-8ee7-1589a41f2375");
  EXPECT_EQ(JobName("https://github.com/", request.pull, 1), name);
  EXPECT_EQ(JobName("https://github.com", request.pull, 2), "2cf748d9-e5ad-5634-8d8d-357d24746aee");

  const auto other = [&](auto change) {
    auto pull = request.pull;
    change(pull);
    return JobName("https://github.com", pull, 1);
  };
  EXPECT_NE(JobName("https://github.example", request.pull, 1), name);
  EXPECT_NE(other([](PullRequest& pull) { pull.org = "x"; }), name);
  EXPECT_NE(other([](PullRequest& pull) { pull.repo = "x"; }), name);
  EXPECT_NE(other([](PullRequest& pull) { pull.number = 1; }), name);
  EXPECT_NE(other([](PullRequest& pull) { pull.head_sha[0] = 'f'; }), name);
  EXPECT_EQ(other([](PullRequest& pull) { pull.title = pull.base_sha = pull.base_ref = "x"; }),
            name);
}

// Crier reports every job without `report: false`, and Prow writes that as absence.
TEST(ProwJob, LeavesReportingToTheDaemon) {
  const Json job = RenderJob(Request());
  EXPECT_FALSE(job["spec"].contains("report"));
  EXPECT_FALSE(job["metadata"].contains("creationTimestamp"));
}

TEST(ProwJob, LabelsFollowProwsRules) {
  auto request = Request();
  request.pull.base_ref = "feature/x";
  request.pull.repo = ".github";
  request.delivery_guid = "no guid";
  const Json labels = RenderJob(request)["metadata"]["labels"];
  EXPECT_EQ(labels["prow.k8s.io/refs.base_ref"], "x");
  EXPECT_FALSE(labels.contains("prow.k8s.io/refs.repo"));
  EXPECT_FALSE(labels.contains("event-GUID"));
}

TEST(ProwJob, ConfigurationAddsLabelsAndAnnotations) {
  config::JobConfig job;
  job.labels = {{"team", "a/infra"}, {"bad", "-"}};
  job.annotations = {{"example.com/note", "any text, grün"}};
  const Json metadata = RenderJob(Request(), job)["metadata"];
  EXPECT_EQ(metadata["labels"]["team"], "infra");
  EXPECT_FALSE(metadata["labels"].contains("bad"));
  EXPECT_EQ(metadata["annotations"]["example.com/note"], "any text, grün");
}

TEST(ProwJob, ConfigurationOverridesNeitherProwsLabelsNorOurs) {
  config::JobConfig job;
  const Json own = RenderJob(Request());
  const Json& own_labels = own["metadata"]["labels"];
  for (const auto& [key, value] : own_labels.items()) job.labels[key] = "stolen";
  ASSERT_EQ(job.labels.size(), 11u);
  job.annotations = {{"prow.k8s.io/job", "stolen"}, {"prow.k8s.io/context", "stolen"}};
  EXPECT_EQ(RenderJob(Request(), job), own);
}

TEST(ProwJob, RefusesWhatCannotBePosted) {
  const struct {
    const char* says;
    void (*break_it)(JobRequest&, config::JobConfig&);
  } rows[] = {
      {"--jobs-namespace",
       [](JobRequest& request, config::JobConfig&) { request.jobs_namespace.clear(); }},
      {"base_sha", [](JobRequest& request, config::JobConfig&) { request.base_sha.clear(); }},
      {"labels has the key \"a b\"",
       [](JobRequest&, config::JobConfig& job) { job.labels["a b"] = ""; }},
      {"annotations has the key \"\"",
       [](JobRequest&, config::JobConfig& job) { job.annotations[""] = ""; }},
      {"kubevirt/project-infra: gcs.defaultOrg",
       [](JobRequest&, config::JobConfig& job) { job.gcs.path_strategy = "single"; }},
      {"githubTokenSecret",
       [](JobRequest&, config::JobConfig& job) { job.mount_github_token = true; }},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.says);
    auto request = Request();
    config::JobConfig job;
    row.break_it(request, job);
    const auto rendered = Render(request, job, {});
    ASSERT_FALSE(rendered);
    EXPECT_EQ(rendered.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(rendered.error().message.find(row.says), std::string::npos)
        << rendered.error().message;
  }
}

TEST(ProwJob, CarriesLongTitlesAndBranchesWhole) {
  auto request = Request();
  request.pull.title = std::string(4096, 't');
  for (int i = 0; i < 25; ++i) request.pull.head_ref += "/deeper/ab";
  const Json pull = RenderJob(request)["spec"]["refs"]["pulls"][0];
  EXPECT_EQ(pull["title"], request.pull.title);
  EXPECT_EQ(pull["head_ref"], request.pull.head_ref);
}

// Plank hands the title to the pod in environment variables, which Linux limits.
TEST(ProwJob, CutsATitleThatNoPodCouldStartWith) {
  auto request = Request();
  request.pull.title = std::string(1 << 20, 't');
  EXPECT_EQ(RenderJob(request)["spec"]["refs"]["pulls"][0]["title"].get<std::string>().size(),
            std::size_t{16} << 10);
}

TEST(ProwJob, HostileTextsYieldAnObjectThatCanBeSent) {
  const std::string hostile("\xFF\xC0\xAF\x01\x1B[2J\n\0\"\\ \xE2\x82", 15);
  auto request = Request();
  auto& pull = request.pull;
  pull.title = pull.head_ref = pull.base_ref = pull.author = pull.author_url = pull.url = hostile;
  request.delivery_guid = hostile;
  config::JobConfig job;
  job.image = job.annotations["a"] = job.labels["b"] = job.env["C"] = hostile;
  job.args = {hostile};
  const std::string text = RenderJob(request, job).dump();
  const Json sent = Json::parse(text);
  EXPECT_EQ(sent["spec"]["refs"]["pulls"][0]["title"],
            "\uFFFD\uFFFD\uFFFD\x01\x1B[2J\n\uFFFD\"\\ \uFFFD\uFFFD");
  EXPECT_EQ(text.find("\\u0000"), std::string::npos);
  EXPECT_FALSE(sent["metadata"]["labels"].contains("prow.k8s.io/refs.base_ref"));
}

TEST(ProwJob, LeavesOutWhatIsEmptyAsProwDoes) {
  auto request = Request();
  auto& pull = request.pull;
  pull.title = pull.author_url = pull.repo_url = pull.url = "";
  const Json refs = RenderJob(request)["spec"]["refs"];
  for (const char* field : {"repo_link", "base_link"}) EXPECT_FALSE(refs.contains(field));
  for (const char* field : {"title", "link", "commit_link", "author_link"}) {
    SCOPED_TRACE(field);
    EXPECT_FALSE(refs["pulls"][0].contains(field));
  }
}

}  // namespace
}  // namespace prow_coverage::prow
