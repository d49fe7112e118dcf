// What the real API server makes of the daemon's ProwJobs, and the daemon of its answers.

#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stage.h"

namespace prow_coverage::e2e {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;

// The object without what the server adds to every object.
json WithoutServerFields(json object) {
  for (const char* field :
       {"uid", "creationTimestamp", "generation", "resourceVersion", "managedFields"}) {
    object.at("metadata").erase(field);
  }
  return object;
}

json StepOf(const json& delivery, const std::string& name) {
  for (const auto& step : delivery.at("steps")) {
    if (step.at("step") == name) return step;
  }
  return nullptr;
}

// The first line of a log that holds `part`, "" when none does.
std::string LineWith(const std::string& log, const std::string& part) {
  std::istringstream lines(log);
  for (std::string line; std::getline(lines, line);) {
    if (line.find(part) != std::string::npos) return line;
  }
  return "";
}

class CreateTest : public ::testing::Test {
 protected:
  void GrantServiceAccount() { stage_.cluster.Grant(stage_.ns, ServiceAccount(stage_.ns)); }

  Stage stage_;
};

// Every key that the job configuration knows (docs/configuration.md).
json FullConfiguration() {
  json job = {{"image", "registry.example/go:v1"},
              {"command", {"/bin/sh", "-c"}},
              {"args", {"make coverage"}},
              {"env", {{"GOFLAGS", "-mod=mod"}, {"EMPTY", ""}}},
              {"resources", {{"requests", {{"cpu", 2}}}, {"limits", {{"memory", "4Gi"}}}}},
              {"coverageDirs", {"./robots/..."}},
              {"coverageThreshold", 70.5},
              {"gate", true},
              {"timeoutMinutes", 90},
              {"gracePeriodSeconds", 30},
              {"namespace", "test-pods"},
              {"cluster", "arm"},
              {"labels", {{"preset-go", "true"}}},
              {"annotations", {{"example.com/why", "every key: \"quoted\", ünïcode"}}},
              {"githubTokenSecret", "commenter"},
              {"mountGithubToken", true}};
  job["utilityImages"] = {{"cloneRefs", "r/clonerefs:v1"},
                          {"initUpload", "r/initupload:v1"},
                          {"entrypoint", "r/entrypoint:v1"},
                          {"sidecar", "r/sidecar:v1"}};
  job["gcs"] = {{"bucket", "gs://example"},
                {"pathStrategy", "legacy"},
                {"credentialsSecret", "gcs"},
                {"defaultOrg", "kubevirt"},
                {"defaultRepo", "kubevirt"}};
  return {{"repos", {{"kubevirt/project-infra", job}}}};
}

TEST_F(CreateTest, ServiceAccountsJobIsStoredAsItWasRendered) {
  GrantServiceAccount();
  const auto full = stage_.world.dir().Write("full.yaml", FullConfiguration().dump());
  const std::vector<std::string> configurations[] = {
      {},
      {"--config=" + full.string()},
      {"--config=" PROW_COVERAGE_SOURCE "/deploy/base/config.yaml"},
      {"--prow-config=" PROW_COVERAGE_TESTDATA "/config/prow.yaml"},
  };
  int number = 0;
  for (const auto& configuration : configurations) {
    SCOPED_TRACE(::testing::PrintToString(configuration));
    const auto daemon = stage_.StartAsServiceAccount(configuration);
    stage_.Deliver(*daemon, ++number);
    const json delivery = stage_.AwaitReason(number, "job_created");
    ASSERT_EQ(delivery.value("reason", ""), "job_created") << daemon->Err();
    const json stored =
        stage_.cluster.Get(ProwJobsPath(stage_.ns, delivery.at("job").get<std::string>()));
    const auto pull =
        stage_.world.GitHub("GET", "/repos/kubevirt/project-infra/pulls/" + std::to_string(number));
    // The trace holds the very text that was posted.
    EXPECT_EQ(WithoutServerFields(stored),
              json::parse(StepOf(delivery, "render").at("detail").get<std::string>()));
    EXPECT_EQ(stored.at("spec").at("refs").at("pulls").at(0).at("sha"), pull.at("head").at("sha"));
    EXPECT_EQ(stored.at("metadata").at("managedFields").at(0).at("manager"), "prow-coverage");
    EXPECT_EQ(stage_.world.Statuses().size(), static_cast<std::size_t>(number));
  }
}

TEST_F(CreateTest, SecondReplicaMeetsTheFirstOnesJob) {
  GrantServiceAccount();
  const auto first = stage_.StartAsServiceAccount();
  const auto second = stage_.StartAsServiceAccount({"--inbox=:memory:"});
  stage_.Deliver(*first, 1);
  stage_.AwaitReason(1, "job_created");
  stage_.Deliver(*second, 1);
  second->AwaitErr("job_exists");
  EXPECT_EQ(stage_.cluster.Jobs(stage_.ns).size(), 1u);
}

// A configuration that only the API server can judge: Prow's own, whose fields are passed on.
struct Broken {
  const char* name;
  const char* decoration;  // fields of a decoration_config
  const char* told;
};

constexpr Broken kBroken[] = {
    {"400, a field that the CRD does not know", "surprise: 1",
     "unknown field \"spec.decoration_config.surprise\""},
    {"422, another type", "ssh_key_secrets: seven", "spec.decoration_config.ssh_key_secrets"},
};

TEST_F(CreateTest, BrokenConfigurationIsRefusedWithItsCauses) {
  GrantServiceAccount();
  int number = 0;
  for (const auto& broken : kBroken) {
    SCOPED_TRACE(broken.name);
    const auto config = stage_.world.dir().Write(
        "prow.yaml", "plank:\n  default_decoration_config_entries:\n  - config: {" +
                         std::string(broken.decoration) + "}\n");
    const auto daemon = stage_.StartAsServiceAccount({"--prow-config=" + config.string()});
    stage_.Deliver(*daemon, ++number);
    const json delivery = stage_.AwaitReason(number, "refused_by_kubernetes");
    EXPECT_EQ(delivery.at("state"), "dead");
    EXPECT_THAT(delivery.value("detail", ""), HasSubstr(broken.told));
    const json line = json::parse(LineWith(daemon->Err(), "refused_by_kubernetes"));
    EXPECT_EQ(line.at("level"), "error");
    EXPECT_THAT(line.value("detail", ""), HasSubstr(broken.told));
  }
  EXPECT_TRUE(stage_.cluster.Jobs(stage_.ns).empty());
}

TEST_F(CreateTest, MissingRoleIsToldAndWaitedFor) {
  const auto daemon = stage_.StartAsServiceAccount();
  stage_.Deliver(*daemon, 1);
  const json waiting = stage_.AwaitReason(1, "waiting_for_kubernetes");
  const std::string told = "needs create on prowjobs.prow.k8s.io in namespace " + stage_.ns;
  EXPECT_THAT(waiting.value("detail", ""), HasSubstr(told));
  EXPECT_THAT(LineWith(daemon->Err(), told), HasSubstr("\"level\":\"error\""));
  GrantServiceAccount();
  EXPECT_EQ(stage_.AwaitReason(1, "job_created").at("reason"), "job_created") << daemon->Err();
}

// Whoever may not create there is answered 403 whether the namespace exists or not; an
// administrator is told.
TEST_F(CreateTest, MissingNamespaceIsToldAndWaitedFor) {
  const std::string absent = stage_.ns + "-later";
  std::ifstream in(stage_.cluster.AdminKubeconfig());
  const std::string admin(std::istreambuf_iterator<char>(in), {});
  const auto daemon = stage_.StartDaemon(admin, {"--jobs-namespace=" + absent});
  stage_.Deliver(*daemon, 1);
  const json waiting = stage_.AwaitReason(1, "waiting_for_kubernetes");
  EXPECT_THAT(waiting.value("detail", ""),
              HasSubstr("the namespace does not exist (namespaces \"" + absent + "\" not found)"));
  stage_.cluster.Post("/api/v1/namespaces", {{"metadata", {{"name", absent}}}});
  EXPECT_EQ(stage_.AwaitReason(1, "job_created").at("reason"), "job_created") << daemon->Err();
}

struct Oversize {
  const char* name;
  std::size_t bytes;
  const char* told;
};

constexpr Oversize kOversizes[] = {
    {"413, over the API server's limit of 3 MiB", 3'300'000, "too large"},
    {"500, over etcd's limit", 1'950'000, "etcdserver: request is too large"},
    {"500, over the limit of the API server's etcd client", 2'500'000, "larger than max"},
};

TEST_F(CreateTest, JobThatIsTooLargeIsGivenUp) {
  GrantServiceAccount();
  int number = 0;
  for (const auto& oversize : kOversizes) {
    SCOPED_TRACE(oversize.name);
    const json job = {{"image", "registry.example/go:v1"},
                      {"command", {"/bin/true"}},
                      {"args", {std::string(oversize.bytes, 'x')}}};
    const auto config = stage_.world.dir().Write(
        "jobs.yaml", json({{"repos", {{"kubevirt/project-infra", job}}}}).dump());
    const auto daemon = stage_.StartAsServiceAccount({"--config=" + config.string()});
    stage_.Deliver(*daemon, ++number);
    const json delivery = stage_.AwaitReason(number, "refused_by_kubernetes");
    EXPECT_EQ(delivery.at("state"), "dead");
    EXPECT_THAT(delivery.value("detail", ""), HasSubstr(oversize.told)) << daemon->Err();
  }
}

}  // namespace
}  // namespace prow_coverage::e2e
