#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST(DryRun, PrintsTheObjectAndTheStatusAndWritesNowhere) {
  World world;
  const auto daemon = world.StartDaemon({"--dry-run"});
  world.PutPull(1, {"robots/a.go"});
  world.Deliver(*daemon, 1, "guid-1");
  ASSERT_TRUE(Eventually([&] { return daemon->Out().find("triggered") != std::string::npos; }))
      << daemon->Err();
  EXPECT_THAT(daemon->Out(), StartsWith("---\n# status that would be set: POST /repos/"));
  EXPECT_THAT(daemon->Out(), HasSubstr("#   state: \"pending\""));
  EXPECT_THAT(daemon->Out(), HasSubstr("kind: ProwJob"));
  EXPECT_THAT(daemon->Out(), HasSubstr("  namespace: kubevirt-prow-jobs"));
  EXPECT_TRUE(world.Jobs().empty());
  EXPECT_TRUE(world.Statuses().empty());
  daemon->AwaitErr("\"dry_run\":true,\"duration_seconds\"");
}

TEST(DryRun, PrintsTheSameObjectThatIsPosted) {
  World world;
  const auto dry = world.StartDaemon({"--dry-run", "--dry-run-format=json"});
  const auto wet = world.StartDaemon();
  world.PutPull(1, {"robots/a.go"});
  world.Deliver(*dry, 1, "guid-1");
  world.Deliver(*wet, 1, "guid-1");
  ASSERT_TRUE(Eventually([&] { return !dry->Out().empty() && world.Jobs().size() == 1; }));
  auto printed = nlohmann::json::parse(dry->Out());
  auto posted = world.Jobs()[0];
  for (const char* made_by_the_server :
       {"uid", "creationTimestamp", "generation", "resourceVersion", "managedFields"}) {
    posted["metadata"].erase(made_by_the_server);
  }
  printed["status"].erase("startTime");
  posted["status"].erase("startTime");
  EXPECT_EQ(printed, posted);
}

}  // namespace
}  // namespace prow_coverage::testing
