// What --dry-run prints is what the API server would take: every fixture goes through its own dry
// run.

#include <algorithm>
#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/manifests.h"
#include "support/stage.h"

namespace prow_coverage::e2e {
namespace {

namespace fs = std::filesystem;

using testing::Eventually;
using testing::TestData;

std::vector<std::string> Payloads() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(PROW_COVERAGE_TESTDATA "/payloads")) {
    const std::string name = entry.path().filename();
    if (name.starts_with("pull_request.")) names.push_back(name);
  }
  std::sort(names.begin(), names.end());
  return names;
}

bool ExpectsAJob(const json& payload) {
  const std::string action = payload.at("action");
  return action == "opened" || action == "synchronize" || action == "reopened";
}

int Count(const std::string& text, const std::string& part) {
  int count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

class DryRunTest : public ::testing::Test {
 protected:
  DryRunTest() {
    for (const char* ns : {kJobsNamespace, "example-prow-jobs"})
      cluster_.Ask("POST", "/api/v1/namespaces", {{"metadata", {{"name", ns}}}});
  }

  // The way that docs/kubernetes.md shows.
  void ExpectAccepted(const std::string& documents, int jobs) {
    EXPECT_EQ(Count(documents, "kind: ProwJob"), jobs) << documents;
    const auto said =
        cluster_.Kubectl({"apply", "--dry-run=server", "--validate=strict", "-f", "-"}, documents);
    EXPECT_EQ(Count(said, " created (server dry run)"), jobs) << said;
  }

  Cluster cluster_;
};

struct Configuration {
  const char* name;
  std::vector<std::string> flags;
};

TEST_F(DryRunTest, EveryRenderedFixtureIsAccepted) {
  // Whatever their repositories: the payloads are of kubevirt/project-infra.
  const auto config = ReadYaml(PROW_COVERAGE_TESTDATA "/config/go_plugin.yaml");
  const testing::TempDir dir;
  const auto go_plugin = dir.Write(
      "go_plugin.yaml", json({{"defaults", config.at("defaults")},
                              {"repos", {{"kubevirt/project-infra", config.at("repos").front()}}}})
                            .dump());
  const Configuration configurations[] = {
      {"built-in", {}},
      {"Prow's decoration defaults", {"--prow-config=" PROW_COVERAGE_TESTDATA "/config/prow.yaml"}},
      {"the Go plugin's", {"--config=" + go_plugin.string()}},
      {"deploy/", {"--config=" PROW_COVERAGE_SOURCE "/deploy/base/config.yaml"}},
  };
  for (const auto& configuration : configurations) {
    SCOPED_TRACE(configuration.name);
    std::string documents;
    for (const auto& payload : Payloads()) {
      SCOPED_TRACE(payload);
      std::vector<std::string> command = {testing::World::Binary("prow-coverage"), "render",
                                          "--event=" PROW_COVERAGE_TESTDATA "/payloads/" + payload};
      command.insert(command.end(), configuration.flags.begin(), configuration.flags.end());
      testing::Process render(command);
      // Where there is no job, it says why and exits 1.
      const bool leads_to_a_job = ExpectsAJob(json::parse(TestData("payloads/" + payload)));
      EXPECT_EQ(render.Wait(), leads_to_a_job ? 0 : 1) << render.Err();
      documents += "---\n" + render.Out();
    }
    ExpectAccepted(documents, 14);
  }
}

// The fake GitHub has the pull request as the payload tells of it, with Go changes.
void PutPullOf(testing::World& world, const json& payload) {
  const json& pull = payload["pull_request"];
  const json& repo = payload["repository"];
  world.GitHub("PUT", "/_sandbox/pulls",
               {{"org", repo["owner"]["login"]},
                {"repo", repo["name"]},
                {"number", payload["number"]},
                {"state", "open"},
                {"head_sha", pull["head"]["sha"]},
                {"base_ref", pull["base"]["ref"]},
                {"files", {"main.go"}}});
}

// The daemon itself, with each fixture as a signed webhook.
TEST_F(DryRunTest, EveryFixtureThroughTheDaemonIsAccepted) {
  testing::World world;
  const auto daemon = world.StartDaemon({"--dry-run", "--coverage-dirs=./..."});
  const std::string url = "http://127.0.0.1:" + std::to_string(testing::WebhookPort(*daemon)) + "/";
  int expected = 0;
  for (const auto& name : Payloads()) {
    SCOPED_TRACE(name);
    const json payload = json::parse(TestData("payloads/" + name));
    PutPullOf(world, payload);
    testing::Process replay({testing::World::Binary("prow-coverage"), "replay", "--url=" + url,
                             "--hmac-secret-file=" + (world.dir().path() / "hmac").string(),
                             PROW_COVERAGE_TESTDATA "/payloads/" + name});
    ASSERT_EQ(replay.Wait(), 0) << replay.Err();
    if (!ExpectsAJob(payload)) continue;
    ++expected;
    ASSERT_TRUE(Eventually([&] { return Count(daemon->Out(), "kind: ProwJob") == expected; }))
        << daemon->Err();
  }
  ExpectAccepted(daemon->Out(), expected);
}

}  // namespace
}  // namespace prow_coverage::e2e
