// From the state of a job to the commit status, against the sandbox. The test plays plank: it
// writes the states into the ProwJobs and leaves artifacts in a directory.

#include <filesystem>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using Json = nlohmann::json;

constexpr const char* kJobs = "/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs";

class ReportTest : public ::testing::Test {
 protected:
  // A daemon that reads artifacts from a directory of the test.
  std::unique_ptr<Process> Start(std::vector<std::string> more = {}) {
    more.push_back("--artifacts-url=file://" + (world_.dir().path() / "artifacts").string());
    return world_.StartDaemon(more);
  }

  std::string Inbox() { return "--inbox=" + (world_.dir().path() / "shared.db").string(); }

  // Has a job made for the pull request and answers it once its first status is set.
  Json MakeJob(const Process& daemon, int number) {
    world_.PutPull(number, {"robots/a.go"});
    const auto statuses = world_.Statuses().size();
    world_.Deliver(daemon, number, "guid-" + std::to_string(number));
    EXPECT_TRUE(Eventually([&] { return world_.Statuses().size() > statuses; })) << daemon.Err();
    for (const auto& job : world_.Jobs()) {
      if (job["spec"]["refs"]["pulls"][0]["number"] == number) return job;
    }
    ADD_FAILURE() << "there is no job";
    return {};
  }

  // The CRD asks for a completionTime of a job that has ended, of an aborted one it does not.
  void Patch(const Json& job, Json status) {
    const std::string state = status.value("state", "");
    if (state == "success" || state == "failure" || state == "error") {
      status["completionTime"] = "2099-08-19T10:30:00Z";
    }
    world_.Kube("PATCH", kJobs + ("/" + job["metadata"]["name"].get<std::string>()),
                {{"status", status}});
  }

  void LeaveSummary(int number, const std::string& build_id, const std::string& text) {
    const auto place = std::filesystem::path("artifacts/kubevirt-prow/pr-logs/pull") /
                       "kubevirt_project-infra" / std::to_string(number) / "coverage-auto" /
                       build_id / "artifacts";
    std::filesystem::create_directories(world_.dir().path() / place);
    world_.dir().Write((place / "coverage-summary.json").string(), text);
  }

  Json AwaitStatuses(std::size_t count, const Process& daemon) {
    EXPECT_TRUE(Eventually([&] { return world_.Statuses().size() >= count; })) << daemon.Err();
    return world_.Statuses();
  }

  World world_;
};

TEST_F(ReportTest, FollowsAJobToItsEndWithNumbersAndLink) {
  const auto daemon = Start();
  const Json job = MakeJob(*daemon, 1);
  Patch(job, {{"state", "pending"}, {"build_id", "4711"}});
  auto statuses = AwaitStatuses(2, *daemon);
  ASSERT_EQ(statuses.size(), 2u);
  EXPECT_EQ(statuses[1]["state"], "pending");
  EXPECT_THAT(statuses[1]["target_url"].get<std::string>(),
              EndsWith("/view/gs/kubevirt-prow/pr-logs/pull/kubevirt_project-infra/1/"
                       "coverage-auto/4711/"));
  LeaveSummary(1, "4711", R"({"pr_coverage": 61.3, "base_coverage": 60.9, "threshold": 60})");
  Patch(job, {{"state", "success"}});
  statuses = AwaitStatuses(3, *daemon);
  ASSERT_EQ(statuses.size(), 3u);
  EXPECT_EQ(statuses[2]["state"], "success");
  EXPECT_EQ(statuses[2]["description"], "61.3% (+0.4%) | threshold: 60% BaseSHA:" +
                                            job["spec"]["refs"]["base_sha"].get<std::string>());
  EXPECT_EQ(statuses[2]["sha"], job["spec"]["refs"]["pulls"][0]["sha"]);
  // What changes nothing tells nothing.
  Patch(job, {{"description", "Job succeeded."}});
  const Json other = MakeJob(*daemon, 2);
  EXPECT_EQ(world_.Statuses().size(), 4u);
}

TEST_F(ReportTest, MakesUpForWhatHappenedWhileItWasDown) {
  auto daemon = Start({Inbox()});
  const Json ended = MakeJob(*daemon, 1);
  const Json deleted = MakeJob(*daemon, 2);
  MakeJob(*daemon, 3);
  daemon->Signal(SIGKILL);
  daemon->Wait();
  Patch(ended, {{"state", "error"}, {"description", "Pod scheduling timeout."}});
  world_.Kube("DELETE", kJobs + ("/" + deleted["metadata"]["name"].get<std::string>()));
  const auto begun = std::chrono::steady_clock::now();
  daemon = Start({Inbox()});
  const auto statuses = AwaitStatuses(5, *daemon);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, std::chrono::seconds(10));
  ASSERT_EQ(statuses.size(), 5u);
  std::set<std::string> descriptions;
  for (std::size_t i = 3; i < 5; ++i) {
    EXPECT_EQ(statuses[i]["state"], "success");
    descriptions.insert(statuses[i]["description"].get<std::string>().substr(0, 50));
  }
  EXPECT_THAT(descriptions,
              ElementsAre(StartsWith("coverage unavailable: the ProwJob was deleted"),
                          StartsWith("coverage unavailable: the pod could not be schedul")));
}

TEST_F(ReportTest, AsksForAFurtherAttemptOfAJobThatSomebodyAborted) {
  const auto daemon = Start();
  const Json job = MakeJob(*daemon, 1);
  Patch(job, {{"state", "aborted"}, {"description", "somebody successfully aborted it."}});
  ASSERT_TRUE(Eventually([&] { return world_.Jobs().size() == 2; })) << daemon->Err();
  auto statuses = AwaitStatuses(2, *daemon);
  EXPECT_EQ(statuses[1]["state"], "pending");
  EXPECT_NE(statuses[1]["target_url"], statuses[0]["target_url"]);
  for (const auto& next : world_.Jobs()) {
    if (next["metadata"]["name"] != job["metadata"]["name"]) Patch(next, {{"state", "aborted"}});
  }
  statuses = AwaitStatuses(3, *daemon);
  EXPECT_THAT(statuses[2]["description"].get<std::string>(),
              StartsWith("coverage unavailable: the job was aborted"));
  EXPECT_EQ(world_.Jobs().size(), 2u);
}

TEST_F(ReportTest, AbortsTheJobOfAPullRequestThatIsClosedAndRunsItAgainWhenReopened) {
  const auto daemon = Start();
  const Json job = MakeJob(*daemon, 1);
  const Json pull = {{"org", "kubevirt"}, {"repo", "project-infra"}, {"number", 1}};
  Json closed = pull;
  closed["state"] = "closed";
  world_.GitHub("PUT", "/_sandbox/pulls", closed);
  world_.Deliver(*daemon, 1, "guid-closed", "closed");
  daemon->AwaitErr("the head is not wanted any more");
  EXPECT_EQ(world_.Jobs()[0]["status"]["state"], "aborted");
  EXPECT_FALSE(world_.Jobs()[0]["status"].contains("completionTime"));
  EXPECT_EQ(world_.Statuses().size(), 1u);
  Json open = pull;
  open["state"] = "open";
  world_.GitHub("PUT", "/_sandbox/pulls", open);
  world_.Deliver(*daemon, 1, "guid-reopened", "reopened");
  EXPECT_TRUE(Eventually([&] { return world_.Jobs().size() == 2; })) << daemon->Err();
  EXPECT_EQ(AwaitStatuses(2, *daemon)[1]["state"], "pending");
}

TEST_F(ReportTest, AdoptsARerunAndIgnoresAStranger) {
  const auto daemon = Start();
  Json job = MakeJob(*daemon, 1);
  Patch(job, {{"state", "error"}, {"description", "Job pod was evicted by the cluster."}});
  AwaitStatuses(2, *daemon);
  Json rerun = job;
  rerun["metadata"] = {{"name", "deck-rerun"}, {"labels", job["metadata"]["labels"]}};
  rerun["status"] = {{"state", "triggered"}, {"startTime", "2099-08-19T10:30:00Z"}};
  Json stranger = rerun;
  stranger["metadata"]["name"] = "stranger";
  stranger["spec"]["refs"]["pulls"][0]["sha"] = std::string(40, 'e');
  world_.Kube("POST", kJobs, stranger);
  world_.Kube("POST", kJobs, rerun);
  const auto statuses = AwaitStatuses(3, *daemon);
  ASSERT_EQ(statuses.size(), 3u);
  EXPECT_EQ(statuses[2]["state"], "pending");
  EXPECT_THAT(statuses[2]["target_url"].get<std::string>(), HasSubstr("deck-rerun"));
  EXPECT_THAT(Get(MetricsPort(*daemon), "/metrics").second,
              HasSubstr("prow_coverage_strange_jobs_total{why=\"no_head\"} 1"));
}

TEST_F(ReportTest, TellsAJobThatIsStuck) {
  const auto daemon = Start({"--stuck-after=1s"});
  MakeJob(*daemon, 1);
  const auto statuses = AwaitStatuses(2, *daemon);
  EXPECT_THAT(statuses[1]["description"].get<std::string>(),
              StartsWith("coverage unavailable: the job was not started for over 1 s"));
}

TEST_F(ReportTest, IsDoneByOneOfTwoReplicas) {
  auto first = Start();
  first->AwaitErr("this replica reports");
  const auto second = Start();
  const Json job = MakeJob(*second, 1);
  Patch(job, {{"state", "pending"}, {"build_id", "1"}});
  AwaitStatuses(2, *first);
  first->Signal(SIGTERM);
  first->Wait();
  Patch(job, {{"state", "error"}, {"description", "Pod got deleted unexpectedly"}});
  const auto statuses = AwaitStatuses(3, *second);
  EXPECT_EQ(statuses.size(), 3u);
  EXPECT_EQ(statuses[2]["state"], "success");
}

}  // namespace
}  // namespace prow_coverage::testing
