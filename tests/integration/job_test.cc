// From the webhook to the ProwJob and the status, against the sandbox.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

const std::vector<std::string> kGoFiles = {"robots/a.go"};

TEST(Job, IsCreatedAndItsStatusIsPending) {
  World world;
  const auto daemon = world.StartDaemon();
  const auto pull = world.PutPull(1, kGoFiles);
  EXPECT_THAT(world.Deliver(*daemon, 1, "guid-1"), ElementsAre(200));
  ASSERT_TRUE(Eventually([&] { return world.Statuses().size() == 1; })) << daemon->Err();
  const auto jobs = world.Jobs();
  ASSERT_EQ(jobs.size(), 1u);
  const auto status = world.Statuses()[0];
  EXPECT_EQ(status["state"], "pending");
  EXPECT_EQ(status["context"], "coverage-auto");
  EXPECT_EQ(status["target_url"], "https://prow.ci.kubevirt.io/prowjob?prowjob=" +
                                      jobs[0]["metadata"]["name"].get<std::string>());
  EXPECT_EQ(status["sha"], jobs[0]["spec"]["refs"]["pulls"][0]["sha"]);
}

TEST(Job, IsNotCreatedForDocumentation) {
  World world;
  const auto daemon = world.StartDaemon();
  world.PutPull(1, {"docs/a.md"});
  world.Deliver(*daemon, 1, "guid-1");
  daemon->AwaitErr("no_go_changes");
  EXPECT_TRUE(world.Jobs().empty());
  EXPECT_TRUE(world.Statuses().empty());
}

TEST(Job, IsCreatedOnceForARedeliveredGuid) {
  World world;
  const auto daemon = world.StartDaemon();
  world.PutPull(1, kGoFiles);
  EXPECT_THAT(world.Deliver(*daemon, 1, "guid-1", "opened", 3), Each(200));
  ASSERT_TRUE(Eventually([&] { return world.Statuses().size() == 1; }));
  daemon->AwaitErr("duplicate_delivery");
  EXPECT_EQ(world.Jobs().size(), 1u);
}

TEST(Job, IsCreatedOnceForTwoHooks) {
  World world;
  const auto daemon = world.StartDaemon();
  world.PutPull(1, kGoFiles);
  world.Deliver(*daemon, 1, "guid-1");
  world.Deliver(*daemon, 1, "guid-2");
  daemon->AwaitErr("job_exists");
  EXPECT_EQ(world.Jobs().size(), 1u);
}

TEST(Job, IsCreatedOnceByTwoReplicas) {
  World world;
  const auto first = world.StartDaemon();
  const auto second = world.StartDaemon();
  world.PutPull(1, kGoFiles);
  world.Deliver(*first, 1, "guid-1");
  world.Deliver(*second, 1, "guid-2");
  ASSERT_TRUE(Eventually([&] { return world.Statuses().size() == 1; }));
  ASSERT_TRUE(Eventually([&] {
    return (first->Err() + second->Err()).find("\"reason\":\"job_exists\"") != std::string::npos;
  }));
  EXPECT_EQ(world.Jobs().size(), 1u);
  EXPECT_EQ(world.Statuses().size(), 1u);
}

TEST(Job, FollowsFilesOverPagesAsAGhproxyPassesThemThrough) {
  World world;
  const auto daemon = world.StartDaemon();
  std::vector<std::string> files;
  for (int i = 0; i < 250; ++i) files.push_back("docs/" + std::to_string(i) + ".md");
  files.push_back("robots/last.go");
  world.PutPull(1, files);
  world.Deliver(*daemon, 1, "guid-1");
  ASSERT_TRUE(Eventually([&] { return world.Jobs().size() == 1; })) << daemon->Err();
}

TEST(Job, SurvivesEachFaultOfGitHubAndKubernetes) {
  struct Row {
    const char* target;
    const char* kind;
  };
  const Row rows[] = {{"github", "502"},           {"github", "cut"}, {"github", "404"},
                      {"github", "slow"},          {"kube", "503"},   {"kube", "cut"},
                      {"kube", "cut-after-effect"}};
  World world;
  const auto daemon = world.StartDaemon();
  std::size_t number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.target) + " " + row.kind);
    ++number;
    world.PutPull(static_cast<int>(number), kGoFiles);
    world.GitHub("POST", "/_sandbox/faults",
                 {{"target", row.target}, {"kind", row.kind}, {"count", 1}, {"ms", 50}});
    world.Deliver(*daemon, static_cast<int>(number), "guid-" + std::to_string(number));
    ASSERT_TRUE(Eventually([&] { return world.Statuses().size() >= number; })) << daemon->Err();
    EXPECT_EQ(world.Jobs().size(), number);
  }
}

TEST(Job, IsFinishedAfterARestartWhenItWasOnlyAccepted) {
  World world;
  const std::string inbox = "--inbox=" + (world.dir().path() / "shared.db").string();
  auto daemon = world.StartDaemon({inbox});
  world.PutPull(1, kGoFiles);
  world.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}, {"count", 1}});
  EXPECT_THAT(world.Deliver(*daemon, 1, "guid-1"), ElementsAre(200));
  ASSERT_TRUE(
      Eventually([&] { return world.GitHub("GET", "/_sandbox/summary")["events"]["fault"] == 1; }));
  daemon->Signal(SIGKILL);
  daemon->Wait();
  daemon = world.StartDaemon({inbox});
  EXPECT_TRUE(Eventually([&] { return world.Statuses().size() == 1; })) << daemon->Err();
  EXPECT_EQ(world.Jobs().size(), 1u);
}

}  // namespace
}  // namespace prow_coverage::testing
