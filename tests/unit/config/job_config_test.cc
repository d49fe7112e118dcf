#include "prow_coverage/config/job_config.h"

#include <string>

#include <gtest/gtest.h>

#include "support/temp_dir.h"

namespace prow_coverage::config {
namespace {

using Texts = std::vector<std::string>;
using Map = std::map<std::string, std::string>;

JobsConfig Parsed(std::string_view text) {
  auto config = JobsConfig::Parse(text, "config.yaml");
  if (!config) {
    ADD_FAILURE() << config.error().message;
    return {};
  }
  return *config;
}

// The job of o/r, whose entry is `repo` (flow style or indented by four) after `defaults`.
JobConfig Job(const std::string& defaults, const std::string& repo) {
  const auto config = Parsed("defaults: " + defaults + "\nrepos:\n  o/r: " + repo + "\n");
  const auto* job = config.For("o", "r");
  if (job == nullptr) {
    ADD_FAILURE() << "o/r is not listed";
    return {};
  }
  return *job;
}

std::string Refused(std::string_view text) {
  const auto config = JobsConfig::Parse(text, "config.yaml");
  if (config) return "accepted";
  EXPECT_EQ(config.error().code, ErrorCode::kInvalidArgument);
  return config.error().message;
}

TEST(JobsConfig, ReadsTheGoPluginsSchema) {
  const auto config = Parsed(testing::TestData("config/go_plugin.yaml"));
  EXPECT_EQ(config.default_namespace(), "example-prow-jobs");
  EXPECT_EQ(config.Repositories(), (Texts{"example/health", "example/infra"}));

  JobConfig expected;
  expected.ns = "example-prow-jobs";
  expected.image = "quay.io/example/covreport:latest";
  expected.cluster = "example-build";
  expected.test_packages = "./external-plugins/... ./pkg/...";
  expected.env = {{"GO_MOD_PATH", "go.mod"}, {"GOTOOLCHAIN", "local"}};
  expected.timeout_minutes = 120;
  expected.grace_period_seconds = 15;
  expected.utility_images = {
      "registry.example/images/clonerefs:v1", "registry.example/images/initupload:v1",
      "registry.example/images/entrypoint:v1", "registry.example/images/sidecar:v1"};
  expected.gcs = {"example-prow", "explicit", "gcs-credentials", "", ""};
  expected.coverage_threshold = 25;
  expected.threshold_text = "25";
  expected.github_token_secret = "commenter-oauth-token";
  ASSERT_NE(config.For("example", "infra"), nullptr);
  EXPECT_EQ(*config.For("example", "infra"), expected);
}

TEST(JobsConfig, RepositoryThatIsNotListedHasNoJob) {
  const auto config = Parsed("repos: {o/r: {}}");
  EXPECT_EQ(config.For("o", "x"), nullptr);
  EXPECT_EQ(config.For("x", "r"), nullptr);
  EXPECT_EQ(config.For("", "o/r"), nullptr);
}

TEST(JobsConfig, IgnoresCaseInNamesAsGitHubDoes) {
  const auto config = Parsed("repos: {KubeVirt/Project-Infra: {image: i}, kubevirt/other: {}}");
  ASSERT_NE(config.For("kubevirt", "project-infra"), nullptr);
  EXPECT_EQ(config.For("kubevirt", "project-infra")->image, "i");
  EXPECT_NE(config.For("KUBEVIRT", "OTHER"), nullptr);
  EXPECT_EQ(config.For("kubevirt", "project_infra"), nullptr);
}

TEST(JobsConfig, RefusesTwoNamesThatDifferOnlyInCase) {
  EXPECT_EQ(Refused("repos:\n  O/r: {}\n  o/R: {}\n"),
            "config.yaml:3: repos.o/R: \"o/R\" is listed already, GitHub ignores case in names, "
            "keep one of them");
}

TEST(JobsConfig, BuiltInServesEveryRepositoryAndSaysNothing) {
  const auto config = JobsConfig::BuiltIn();
  EXPECT_TRUE(config.built_in());
  EXPECT_TRUE(config.Repositories().empty());
  ASSERT_NE(config.For("any", "thing"), nullptr);
  EXPECT_EQ(*config.For("any", "thing"), JobConfig{});
}

TEST(JobsConfig, EmptyEntryTakesAllDefaults) {
  EXPECT_EQ(Job("{image: i}", "").image, "i");
  EXPECT_EQ(Job("{image: i}", "{}").image, "i");
  EXPECT_EQ(Job("", "{}"), JobConfig{});
}

TEST(JobsConfig, DefaultsMayStandLast) {
  EXPECT_EQ(Parsed("repos: {o/r: {}}\ndefaults: {image: i}").For("o", "r")->image, "i");
}

TEST(JobsConfig, OverrideIsFieldByField) {
  const auto job =
      Job("{image: a, cluster: c, gcs: {bucket: b, credentialsSecret: s}, "
          "utilityImages: {cloneRefs: x, sidecar: y}}",
          "{image: b, gcs: {bucket: d}, utilityImages: {sidecar: z}}");
  EXPECT_EQ(job.image, "b");
  EXPECT_EQ(job.cluster, "c");
  EXPECT_EQ(job.gcs.bucket, "d");
  EXPECT_EQ(job.gcs.credentials_secret, "s");
  EXPECT_EQ(job.utility_images.clonerefs, "x");
  EXPECT_EQ(job.utility_images.sidecar, "z");
}

TEST(JobsConfig, MapsAreMergedKeyByKeyAndNullRemoves) {
  const auto job = Job("{env: {A: '1', B: '2', C: '3'}, labels: {x: y}, annotations: {p: q}}",
                       "{env: {B: null, C: 4, D: yes, E: ''}, labels: {z: w}, annotations: null}");
  EXPECT_EQ(job.env, (Map{{"A", "1"}, {"C", "4"}, {"D", "yes"}, {"E", ""}}));
  EXPECT_EQ(job.labels, (Map{{"x", "y"}, {"z", "w"}}));
  EXPECT_TRUE(job.annotations.empty());
}

TEST(JobsConfig, NullTakesADefaultAway) {
  const auto job =
      Job("{image: i, coverageThreshold: 70, timeoutMinutes: 5, coverageDirs: [./a], "
          "command: [c], gcs: {bucket: b}, resources: {limits: {cpu: 1}}, gate: true}",
          "{image: null, coverageThreshold: ~, timeoutMinutes: ~, coverageDirs: ~, "
          "command: ~, gcs: ~, resources: ~, gate: ~}");
  EXPECT_EQ(job, JobConfig{});
}

TEST(JobsConfig, ListsAreReplaced) {
  const auto job = Job("{command: [a, b], args: [c], coverageDirs: [./x/...]}",
                       "{command: [d], args: [], coverageDirs: [./y, z/...]}");
  EXPECT_EQ(job.command, (Texts{"d"}));
  EXPECT_TRUE(job.args.empty());
  EXPECT_EQ(job.coverage_dirs, (Texts{"./y", "z/..."}));
}

TEST(JobsConfig, ThresholdIsKeptAsWritten) {
  const struct {
    const char* text;
    double value;
  } rows[] = {{"70", 70}, {"62.5", 62.5}, {"62.50", 62.5}, {"0", 0}, {"0.5", 0.5}, {"100", 100}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto job =
        Job("{coverageThreshold: 1}", std::string("{coverageThreshold: ") + row.text + "}");
    EXPECT_EQ(job.coverage_threshold, row.value);
    EXPECT_EQ(job.threshold_text, row.text);
  }
}

TEST(JobsConfig, NoThresholdIsNotZero) {
  EXPECT_EQ(Job("", "{}").coverage_threshold, std::nullopt);
  EXPECT_EQ(Job("", "{coverageThreshold: 0}").coverage_threshold, 0);
}

TEST(JobsConfig, GracePeriodOfZeroIsTheDefault) {
  EXPECT_EQ(Job("", "{gracePeriodSeconds: 0}").grace_period_seconds, std::nullopt);
  EXPECT_EQ(Job("{gracePeriodSeconds: 20}", "{gracePeriodSeconds: 0}").grace_period_seconds, 20);
}

TEST(JobsConfig, ResourcesAreMergedKeyByKey) {
  const auto job = Job("{resources: {requests: {memory: 4Gi, cpu: 2}, limits: {memory: 4Gi}}}",
                       "{resources: {requests: {cpu: null}, limits: {memory: 8Gi}}}");
  EXPECT_EQ(job.resources.dump(), R"({"requests":{"memory":"4Gi"},"limits":{"memory":"8Gi"}})");
}

TEST(JobsConfig, ReadsTheFurtherKeys) {
  const auto job = Job("", R"(
    githubTokenSecret: token
    mountGithubToken: true
    gate: yes
    args:
    - |
      set -e
      make coverage
    labels: {team: a, example.com/tier: ""}
    annotations: {note: "two words"}
    gcs: {pathStrategy: single, defaultOrg: o, defaultRepo: r}
    testPackages: null)");
  EXPECT_TRUE(job.mount_github_token);
  EXPECT_TRUE(job.gate);
  EXPECT_EQ(job.args, (Texts{"set -e\nmake coverage\n"}));
  EXPECT_EQ(job.labels.size(), 2U);
  EXPECT_EQ(job.annotations.at("note"), "two words");
  EXPECT_EQ(job.gcs.default_repo, "r");
}

TEST(JobsConfig, RefusesTheFile) {
  const struct {
    const char* text;
    const char* error;
  } rows[] = {
      {"", "config.yaml:1: the file is empty, it needs at least repos"},
      {"[]", "config.yaml:1: must be a mapping"},
      {"defaults: {}\n", "config.yaml:1: repos is missing, name at least one repository in it"},
      {"defaults: {}\nrepos:\n",
       "config.yaml:2: repos: names no repository, every event would be ignored, add one"},
      {"repos: {}\n",
       "config.yaml:1: repos: names no repository, every event would be ignored, add one"},
      {"repos: []\n", "config.yaml:1: repos: must be a mapping"},
      {"repo: {}\n", "config.yaml:1: repo: unknown key, did you mean \"repos\"?"},
      {"plank: {}\n", "config.yaml:1: plank: unknown key, the known ones are defaults, repos"},
      {"repos: {o/r: {}}\nrepos: {}\n",
       "config.yaml:2: the key \"repos\" stands here a second time"},
      {"repos:\n  o/r: {}\n  o/r: {}\n",
       "config.yaml:3: the key \"o/r\" stands here a second time"},
      {"repos:\n\to/r: {}\n",
       "config.yaml:2: no valid YAML: illegal map value (the line is indented with a tab, use "
       "spaces)"},
      {"repos:\n  infra: {}\n",
       "config.yaml:2: repos.infra: \"infra\" is no repository, write it as org/repo"},
      {"repos:\n  o/r/x: {}\n",
       "config.yaml:2: repos.o/r/x: \"o/r/x\" is no repository, write it as org/repo"},
      {"repos:\n  o/: {}\n",
       "config.yaml:2: repos.o/: \"o/\" is no repository, write it as org/repo"},
      {"repos:\n  o/r: 5\n", "config.yaml:2: repos.o/r: must be a mapping"},
      {"defaults:\n  testPackges: ./...\nrepos: {o/r: {}}\n",
       "config.yaml:2: defaults.testPackges: unknown key, did you mean \"testPackages\"?"},
      {"repos:\n  o/r:\n    gcs:\n      buckt: x\n",
       "config.yaml:4: repos.o/r.gcs.buckt: unknown key, did you mean \"bucket\"?"},
      {"repos:\n  o/r:\n    utilityImages:\n      clonerefs: x\n",
       "config.yaml:4: repos.o/r.utilityImages.clonerefs: unknown key, did you mean "
       "\"cloneRefs\"?"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    EXPECT_EQ(Refused(row.text), row.error);
  }
}

TEST(JobsConfig, RefusesTheValue) {
  const struct {
    const char* field;  // in the entry of o/r, on line 3
    const char* error;  // after "config.yaml:3: repos.o/r."
  } rows[] = {
      {"image: ''", "image: is empty, leave it out for the default"},
      {"image: [a]", "image: must be a string"},
      {"image: a b", "image: \"a b\" must be one word, take the white space out"},
      {"cluster: \"a\\nb\"", "cluster: \"a\\nb\" must be one word, take the white space out"},
      {"testPackages: ''", "testPackages: is empty, leave it out for the default"},
      {"testPackages: \"./a\\n./b\"",
       "testPackages: \"./a\\n./b\" holds a control character, write it on one line"},
      {"namespace: Prow",
       "namespace: \"Prow\" is no name of a namespace, use at most 63 of a-z, 0-9 and -, with a "
       "letter or digit at both ends"},
      {"timeoutMinutes: 0", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"timeoutMinutes: -5", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"timeoutMinutes: 2h", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"timeoutMinutes: 1.5", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"timeoutMinutes: '5'", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"timeoutMinutes: 010", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"timeoutMinutes: 99999999999", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"timeoutMinutes: [5]", "timeoutMinutes: must be a whole number from 1 to 525600"},
      {"gracePeriodSeconds: -1", "gracePeriodSeconds: must be a whole number from 0 to 86400"},
      {"coverageThreshold: 101",
       "coverageThreshold: must be a percentage from 0 to 100 such as 70 or 62.5"},
      {"coverageThreshold: -1",
       "coverageThreshold: must be a percentage from 0 to 100 such as 70 or 62.5"},
      {"coverageThreshold: 70%",
       "coverageThreshold: must be a percentage from 0 to 100 such as 70 or 62.5"},
      {"coverageThreshold: 070",
       "coverageThreshold: must be a percentage from 0 to 100 such as 70 or 62.5"},
      {"coverageThreshold: .nan",
       "coverageThreshold: must be a percentage from 0 to 100 such as 70 or 62.5"},
      {"coverageThreshold: 1.2.3",
       "coverageThreshold: must be a percentage from 0 to 100 such as 70 or 62.5"},
      {"coverageThreshold: {}",
       "coverageThreshold: must be a percentage from 0 to 100 such as 70 or 62.5"},
      {"env: {1A: x}",
       "env.1A: \"1A\" is no name of an environment variable, use letters, digits, _, - and ., "
       "with no digit first"},
      {"env: [A]", "env: must be a mapping"},
      {"env: {A: [1]}", "env.A: must be a string"},
      {"env: {A: \"\\0\"}", "env.A: \"\\u0000\" holds a NUL character, leave it out"},
      {"labels: {x: a b}",
       "labels.x: \"a b\" is no value of a label, use at most 63 letters, digits, -, _ and ., with "
       "a letter or digit at both ends"},
      {"labels: {prow.k8s.io/job: x}",
       "labels.prow.k8s.io/job: \"prow.k8s.io/job\" is no name that can be set here, use "
       "[prefix/]name as Kubernetes wants it, and none that Prow or the daemon sets itself "
       "(prow.k8s.io/..., created-by-prow, coverage-plugin, event-GUID)"},
      {"gcs: {bucket: ''}", "gcs.bucket: is empty, leave it out for the default"},
      {"gcs: {pathStrategy: flat}",
       "gcs.pathStrategy: \"flat\" is no path strategy, use explicit, legacy or single"},
      {"gcs: {credentialsSecret: a_b}",
       "gcs.credentialsSecret: \"a_b\" is no name of a Secret, use at most 253 of a-z, 0-9, - and "
       "., with a letter or digit at both ends"},
      {"gcs: {defaultOrg: a/b}",
       "gcs.defaultOrg: \"a/b\" is no name on GitHub, use letters, digits, -, _ and ."},
      {"utilityImages: {sidecar: ''}",
       "utilityImages.sidecar: is empty, leave it out for the default"},
      {"mountGithubToken: 1", "mountGithubToken: must be true or false"},
      {"gate: 'true'", "gate: must be true or false"},
      {"coverageDirs: []", "coverageDirs: is empty, leave it out for all directories"},
      {"coverageDirs: ./a/...", "coverageDirs: must be a list"},
      {"coverageDirs: [./a, ../b]",
       "coverageDirs[1]: \"../b\" is no directory of the repository, write it like ./dir/... or "
       "./dir"},
      {"command: [\"\"]", "command: begins with an empty string, it must begin with a program"},
      {"args: [null]", "args[0]: must be a string"},
      {"resources: {limit: {cpu: 1}}", "resources.limit: unknown key, did you mean \"limits\"?"},
      {"resources: {limits: {cpu: lots}}",
       "resources.limits.cpu: \"lots\" is no quantity, write it like 500m, 2 or 4Gi"},
      {"resources: {limits: {cpu: -1}}",
       "resources.limits.cpu: \"-1\" is no quantity, write it like 500m, 2 or 4Gi"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.field);
    const std::string text = std::string("repos:\n  o/r:\n    ") + row.field + "\n";
    EXPECT_EQ(Refused(text), std::string("config.yaml:3: repos.o/r.") + row.error);
  }
}

TEST(JobsConfig, RefusesTheMergedJobThatCannotRun) {
  const struct {
    const char* defaults;
    const char* repo;
    const char* error;  // after "config.yaml:3: repos.o/r: "
  } rows[] = {
      {"{image: i}", "{testPackages: ./..., image: null}",
       "testPackages needs an image with coverage-report.sh, set image here or in defaults"},
      {"{image: i, args: [x]}", "{testPackages: ./...}",
       "args would be lost next to testPackages, set command as well or take testPackages away "
       "with null"},
      {"{gcs: {defaultOrg: o}}", "{gcs: {pathStrategy: legacy}}",
       "gcs.pathStrategy single and legacy need gcs.defaultOrg and gcs.defaultRepo, set both or "
       "use explicit"},
      {"{githubTokenSecret: s}", "{githubTokenSecret: null, mountGithubToken: true}",
       "mountGithubToken needs githubTokenSecret, set it or leave mountGithubToken out"},
      {"{resources: {limits: {memory: 4Gi}}}", "{resources: {requests: {memory: 5000Mi}}}",
       "resources.requests.memory \"5000Mi\" is more than its limit \"4Gi\", lower it"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.repo);
    const std::string text =
        std::string("defaults: ") + row.defaults + "\nrepos:\n  o/r: " + row.repo + "\n";
    EXPECT_EQ(Refused(text), std::string("config.yaml:3: repos.o/r: ") + row.error);
  }
}

TEST(JobsConfig, HostileTextIsRefusedOnOneLine) {
  const std::string long_key(1000, 'k');
  for (const char* text : {"repos:\n  \"o\\n/r\": {}\n", "\"a\\nb\": 1\n", "a: *b\n", "\x01\n"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(Refused(text).find('\n'), std::string::npos);
  }
  EXPECT_LT(Refused(long_key + ": 1\n").size(), 600U);
}

TEST(JobConfig, ToYamlIsReadBackAsTheSameJob) {
  const auto job = Job("", R"(
    namespace: n
    image: quay.io/example/image:v1
    cluster: c
    testPackages: ./pkg/... ./cmd/...
    env: {A: "1", B: "", C: "true", D: "x: y"}
    timeoutMinutes: 90
    gracePeriodSeconds: 30
    utilityImages: {cloneRefs: a, initUpload: b, entrypoint: c, sidecar: d}
    gcs: {bucket: b, pathStrategy: single, credentialsSecret: s, defaultOrg: o, defaultRepo: r}
    coverageThreshold: 62.5
    githubTokenSecret: t
    mountGithubToken: true
    coverageDirs: [./a/..., ./b]
    command: [/bin/sh, -ce]
    args: ["make coverage\n"]
    resources: {requests: {cpu: 2, memory: 4Gi}, limits: {memory: 4Gi}}
    labels: {team: "1"}
    annotations: {note: a b}
    gate: true)");
  const auto again = Parsed("repos: {o/r: {}}\ndefaults:\n  " + [&] {
    std::string indented = ToYaml(job);
    for (std::size_t at = 0; (at = indented.find('\n', at)) != std::string::npos; at += 3) {
      indented.insert(at + 1, "  ");
    }
    return indented;
  }());
  ASSERT_NE(again.For("o", "r"), nullptr);
  EXPECT_EQ(*again.For("o", "r"), job);
}

TEST(JobConfig, ToYamlLeavesOutWhatNobodySaid) {
  EXPECT_EQ(ToYaml(JobConfig{}), "{}\n");
  EXPECT_EQ(ToYaml(Job("", "{image: i, coverageThreshold: 0, gcs: {bucket: b}}")),
            "image: i\ngcs:\n  bucket: b\ncoverageThreshold: 0\n");
}

}  // namespace
}  // namespace prow_coverage::config
