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
  EXPECT_THAT(Ask({"list", "--repo=KubeVirt/Project-Infra"}).second, HasSubstr("job_created"));
}

TEST_F(DeliveriesTest, SaysThatThereAreMore) {
  world_.Deliver(*daemon_, 1, "guid-2");
  for (const char* verb : {"list", "show"}) {
    SCOPED_TRACE(verb);
    std::vector<std::string> arguments{World::Binary("prow-coverage"), "deliveries", verb,
                                       "--inbox=" + inbox_, "--limit=1"};
    if (verb == std::string("show")) arguments.push_back("kubevirt/project-infra#1");
    Process process(arguments);
    EXPECT_EQ(process.Wait(), 0);
    EXPECT_THAT(process.Out(), HasSubstr("guid-2"));
    EXPECT_EQ(process.Out().find("guid-1"), std::string::npos);
    EXPECT_THAT(process.Err(), HasSubstr("the newest 1; --limit shows more"));
  }
}

TEST_F(DeliveriesTest, ShowsWhatWasToldOfTheHeadAndWhatPreventsIt) {
  ASSERT_TRUE(Eventually([&] {
    return Ask({"show", "guid-1"}).second.find("status    pending \"Automated") !=
           std::string::npos;
  }));
  world_.GitHub("POST", "/_sandbox/faults",
                {{"target", "github"}, {"kind", "403"}, {"method", "POST"}});
  world_.PutPull(2, {"robots/a.go"});
  world_.Deliver(*daemon_, 2, "guid-2");
  ASSERT_TRUE(Eventually([&] {
    return Ask({"show", "guid-2"}).second.find("problem   GitHub POST") != std::string::npos;
  })) << Ask({"show", "guid-2"}).second;
  const auto text = Ask({"show", "guid-2", "--json"}).second;
  EXPECT_THAT(nlohmann::json::parse(text)["status"]["problem"].get<std::string>(),
              HasSubstr("answered 403"));
}

TEST_F(DeliveriesTest, AnAnswerThatCannotBeWrittenIsAFailure) {
  Process process({"/bin/sh", "-c", "exec \"$0\" deliveries list --inbox=\"$1\" >/dev/full",
                   World::Binary("prow-coverage"), inbox_});
  EXPECT_EQ(process.Wait(), 1);
  EXPECT_THAT(process.Err(), HasSubstr("the output could not be written"));
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

TEST_F(DeliveriesTest, CutsLongDetailsUnlessToldNotTo) {
  ASSERT_TRUE(Eventually([&] {
    return Ask({"show", "guid-1"}).second.find("status") != std::string::npos;
  }));
  EXPECT_THAT(Ask({"show", "guid-1"}).second, HasSubstr("…\n"));
  for (const char* flag : {"--full", "--json"}) {
    SCOPED_TRACE(flag);
    const auto text = Ask({"show", "guid-1", flag}).second;
    EXPECT_EQ(text.find("…"), std::string::npos);
    EXPECT_THAT(text, HasSubstr("triggered"));
  }
}

TEST_F(DeliveriesTest, SaysWhatAKeyLooksLike) {
  const struct {
    std::vector<std::string> arguments;
    int code;
    const char* advice;
  } rows[] = {
      {{"show", "org/repo#abc"}, 1, "write org/repo#number"},
      {{"show", "org/repo"}, 1, "write org/repo#number"},
      {{"export", "org/repo#101"}, 1, "deliveries list --repo org/repo --pull 101 shows them"},
      {{"retry", "org/repo#101"}, 1, "write a delivery's GUID"},
      {{"list", "--state=asleep"}, 2, "the states are received"},
      {{"list", "--repo=kubevirt"}, 2, "write it as org/repo"},
      {{"lits"}, 2, "unknown subcommand \"lits\", did you mean list?"},
      {{"list", "--pull", "abc"}, 2, "--pull: \"abc\" is no number"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.advice);
    const auto [code, text] = Ask(row.arguments);
    EXPECT_EQ(code, row.code);
    EXPECT_THAT(text, HasSubstr(row.advice));
  }
}

TEST_F(DeliveriesTest, HelpsEachSubcommandWithItsOwnExample) {
  for (const char* name : {"list", "show", "retry", "export"}) {
    SCOPED_TRACE(name);
    const auto text = Ask({name, "--help"}).second;
    for (const std::string& word :
         {std::string("--inbox"), "Example:\n  prow-coverage deliveries " + std::string(name)}) {
      EXPECT_THAT(text, HasSubstr(word));
    }
  }
}

TEST_F(DeliveriesTest, SaysHowToNameTheStore) {
  Process process({World::Binary("prow-coverage"), "deliveries", "list", "--inbox",
                   (world_.dir().path() / "absent.db").string()});
  EXPECT_EQ(process.Wait(), 1);
  EXPECT_THAT(process.Err(), HasSubstr("--inbox names the daemon's store"));
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
