// `prow-coverage deliveries` on the inbox of a daemon that runs.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;

class DeliveriesTest : public ::testing::Test {
 protected:
  DeliveriesTest() : inbox_((world_.dir().path() / "inbox.db").string()) {
    daemon_ = world_.StartDaemon({"--inbox=" + inbox_});
    world_.PutPull(1, {"robots/a.go"});
    world_.Deliver(*daemon_, 1, "guid-1");
    daemon_->AwaitErr("job_created");
  }

  std::pair<int, std::string> Ask(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {World::Binary("prow-coverage"), "deliveries"});
    arguments.push_back("--inbox=" + inbox_);
    Process process(arguments);
    const int code = process.Wait();
    return {code, process.Out() + process.Err()};
  }

  World world_;
  const std::string inbox_;
  std::unique_ptr<Process> daemon_;
};

TEST_F(DeliveriesTest, ListsWhatWasDelivered) {
  // The log line comes before the record is on disk.
  ASSERT_TRUE(Eventually([&] {
    return Ask({"list", "--state=done"}).second.find("guid-1") != std::string::npos;
  }));
  EXPECT_THAT(Ask({"list", "--repo=kubevirt/project-infra"}).second, HasSubstr("job_created"));
  EXPECT_EQ(Ask({"list", "--repo=other/repo"}).second.find("guid-1"), std::string::npos);
  EXPECT_EQ(Ask({"list", "--state=asleep"}).first, 1);
}

TEST_F(DeliveriesTest, ShowsEachStepByGuidAndByPullRequest) {
  ASSERT_TRUE(Eventually([&] {
    return Ask({"show", "guid-1"}).second.find("status") != std::string::npos;
  }));
  const auto [code, text] = Ask({"show", "kubevirt/project-infra#1"});
  EXPECT_EQ(code, 0);
  for (const char* word :
       {"files", "branch", "render", "head", "create", "status", "job_created"}) {
    EXPECT_THAT(text, HasSubstr(word));
  }
  EXPECT_EQ(Ask({"show", "no-such-guid"}).first, 1);
}

TEST_F(DeliveriesTest, ExportsThePayloadForReplay) {
  const auto [code, text] = Ask({"export", "guid-1"});
  EXPECT_EQ(code, 0);
  EXPECT_EQ(nlohmann::json::parse(text)["number"], 1);
}

TEST_F(DeliveriesTest, RetriesOnlyWhatIsDead) {
  ASSERT_TRUE(Eventually([&] {
    return Ask({"list", "--state=done"}).second.find("guid-1") != std::string::npos;
  }));
  EXPECT_EQ(Ask({"retry", "guid-1"}).first, 1);
  EXPECT_EQ(Ask({"retry"}).first, 2);
  EXPECT_EQ(Ask({"retry", "--all-dead"}), std::make_pair(0, std::string("no delivery is dead\n")));
}

}  // namespace
}  // namespace prow_coverage::testing
