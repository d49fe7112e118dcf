// Every outcome, as a reader of the ProwJob sees it.
#include "plank_fixture.h"

namespace prow_coverage::sandbox {
namespace {

class PlankOutcomeTest : public PlankFixture {};

TEST_F(PlankOutcomeTest, EndsAsPlankWritesIt) {
  struct Row {
    const char* outcome;
    const char* state;
    const char* description;
    bool started;
  };
  const char* const triggered = "Job triggered.";
  for (const Row& row : {
           Row{"success", "success", "Job succeeded.", true},
           Row{"failure", "failure", "Job failed.", true},
           Row{"error", "error", "Pod was in succeeded phase but some containers didn't finish",
               true},
           Row{"slow", "success", "Job succeeded.", true},
           Row{"image-pull", "error", "Pod pending timeout.", true},
           Row{"unschedulable", "error", "Pod scheduling timeout.", true},
           Row{"evicted", "error",
               "Job pod reached max revivals (3) after being stopped unexpectedly (evicted)", true},
           Row{"evicted-at-once", "error", "Job pod was evicted by the cluster.", true},
           Row{"oom-killed", "error", "Job pod was OOM killed by the cluster.", true},
           Row{"pod-gone", "error", "Pod got deleted unexpectedly", true},
           Row{"pod-restarted", "success", "Job succeeded.", true},
           Row{"pod-refused", "error",
               "Pod can not be created: create pod test-pods/pod-refused in cluster build-cluster: "
               "pods \"pod-refused\" is forbidden: exceeded quota",
               false},
           Row{"no-cluster", "error",
               "Terminal error: no build client found for cluster \"build-cluster\".", false},
           Row{"running-timeout", "aborted", "Pod running timeout.", true},
           Row{"aborted", "aborted", "Successfully aborted aborted.", true},
           Row{"stuck-triggered", "triggered", "", false},
           Row{"stuck-pending", "pending", triggered, true},
       }) {
    SCOPED_TRACE(row.outcome);
    Plank({{"outcome", row.outcome}});
    Create(DecoratedJob(row.outcome, static_cast<int>(std::string_view(row.outcome).size()) * 1000 +
                                         row.outcome[0]));
    Advance(48 * 3'600'000 + 1000);
    const json status = Status(row.outcome);
    EXPECT_EQ(status["state"], row.state);
    EXPECT_EQ(status.value("description", ""), row.description);
    EXPECT_EQ(status.contains("build_id"), row.started);
    EXPECT_EQ(status.contains("url"), row.started);
    const bool stuck = std::string_view(row.outcome).starts_with("stuck");
    EXPECT_EQ(status.contains("completionTime"), !stuck);
  }
}

TEST_F(PlankOutcomeTest, TakesAsLongAsPlanksOwnTimeOuts) {
  struct Row {
    const char* outcome;
    int minutes;
  };
  for (const Row& row : {Row{"image-pull", 10}, Row{"unschedulable", 5}}) {
    SCOPED_TRACE(row.outcome);
    Plank({{"outcome", row.outcome}, {"schedule_ms", 0}});
    Create(DecoratedJob(row.outcome, row.minutes));
    Advance(row.minutes * 60'000 - 1);
    EXPECT_EQ(State(row.outcome), "pending");
    Advance(1);
    EXPECT_EQ(State(row.outcome), "error");
  }
}

TEST_F(PlankOutcomeTest, GivesEachLostPodANewBuildAndALinkToIt) {
  Plank({{"outcome", "evicted"}, {"schedule_ms", 0}, {"run_ms", 400}, {"restarts", 1}});
  Create(DecoratedJob("a"));
  const json first = Status("a");
  Advance(200);
  const json second = Status("a");
  EXPECT_EQ(second["state"], "pending");
  EXPECT_EQ(second["pod_revival_count"], 1);
  EXPECT_NE(second["build_id"], first["build_id"]);
  EXPECT_TRUE(second["url"].get<std::string>().ends_with(second["build_id"].get<std::string>()));
  Advance(200);
  EXPECT_EQ(State("a"), "error");
}

TEST_F(PlankOutcomeTest, DeletesTheObject) {
  Plank({{"outcome", "deleted"}});
  Create(DecoratedJob("a"));
  Advance(1000);
  EXPECT_EQ(Kube("GET", std::string(kJobs) + "/a").status, 404);
}

TEST_F(PlankOutcomeTest, SaysWhatItIsToldToSay) {
  Plank({{"outcome", "error"}, {"description", "\x1b[31mred BaseSHA:x"}});
  Create(DecoratedJob("a"));
  Advance(1000);
  EXPECT_EQ(Status("a")["description"], "\x1b[31mred BaseSHA:x");
}

}  // namespace
}  // namespace prow_coverage::sandbox
