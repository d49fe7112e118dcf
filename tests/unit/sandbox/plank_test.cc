#include "plank_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class PlankTest : public PlankFixture {
 protected:
  // What plank did, in order: "a is pending".
  std::vector<std::string> Moves() {
    const std::string prefix = std::string("plank: ") + kNamespace + "/";
    std::vector<std::string> moves;
    const json journal = sandbox_.Control("GET", "/events?contains=plank:");
    for (const json& event : journal["events"]) {
      moves.push_back(event["what"].get<std::string>().substr(prefix.size()));
    }
    return moves;
  }
};

TEST_F(PlankTest, MovesAJobFromTriggeredOverPendingToItsEnd) {
  Plank({{"outcome", "success"}, {"schedule_ms", 2000}, {"run_ms", 5000}});
  Create(DecoratedJob("a", 7));
  Advance(1999);
  EXPECT_EQ(State("a"), "triggered");
  Advance(1);
  const json pending = Status("a");
  EXPECT_EQ(pending["state"], "pending");
  EXPECT_EQ(pending["pendingTime"], "2026-08-19T10:00:02Z");
  EXPECT_EQ(pending["description"], "Job triggered.");
  EXPECT_EQ(pending["pod_name"], "a");
  const std::string build_id = pending["build_id"];
  EXPECT_GE(build_id.size(), 19u);
  EXPECT_EQ(pending["url"],
            "https://prow.ci.kubevirt.io/view/gs/kubevirt-prow/pr-logs/pull/kubevirt_kubevirt/7/"
            "coverage-auto/" +
                build_id);
  Advance(5000);
  const json done = Status("a");
  EXPECT_EQ(done["state"], "success");
  EXPECT_EQ(done["completionTime"], "2026-08-19T10:00:07Z");
  EXPECT_EQ(done["build_id"], build_id);
}

TEST_F(PlankTest, StampsEachStepWithTheTimeThatItWasDue) {
  Plank({{"outcome", "success"}, {"schedule_ms", 2000}, {"run_ms", 5000}});
  Create(DecoratedJob("a"));
  Advance(3'600'000);
  EXPECT_EQ(Status("a")["pendingTime"], "2026-08-19T10:00:02Z");
  EXPECT_EQ(Status("a")["completionTime"], "2026-08-19T10:00:07Z");
  EXPECT_THAT(Moves(), ElementsAre("a is pending", "a is success"));
}

TEST_F(PlankTest, LeavesAJobAloneUntilAScenarioFitsIt) {
  Create(DecoratedJob("a"));
  Plank({{"outcome", "success"}, {"org", "kubevirt"}, {"repo", "other"}});
  Advance(1000);
  EXPECT_EQ(State("a"), "triggered");
  Plank({{"outcome", "failure"}});
  Advance(1000);
  EXPECT_EQ(State("a"), "failure");
}

TEST_F(PlankTest, LeavesAJobOfAnotherAgentAlone) {
  Plank({{"outcome", "success"}});
  json job = DecoratedJob("a");
  job["spec"].erase("agent");
  Create(job);
  Advance(1000);
  EXPECT_EQ(State("a"), "triggered");
}

TEST_F(PlankTest, StopsWhenItsScenariosGo) {
  Plank({{"outcome", "success"}});
  Create(DecoratedJob("a"));
  Advance(20);
  sandbox_.Control("DELETE", "/plank");
  Advance(1000);
  EXPECT_EQ(State("a"), "pending");
  const std::string build_id = Status("a")["build_id"];
  Plank({{"outcome", "failure"}});
  Advance(1000);
  EXPECT_EQ(State("a"), "failure");
  EXPECT_EQ(Status("a")["build_id"], build_id);
}

TEST_F(PlankTest, TakesTheScenarioThatNamesMost) {
  const json pull{{"org", "kubevirt"}, {"repo", "kubevirt"}, {"number", 2}};
  json failure = pull;
  failure["outcome"] = "failure";
  json error = pull;
  error.update({{"outcome", "error"}, {"count", 1}});
  Plank(json::array({failure, error, {{"outcome", "success"}}}));
  Create(DecoratedJob("a", 1));
  Create(DecoratedJob("b", 2));
  Advance(1000);
  Create(DecoratedJob("c", 2));
  Advance(1000);
  EXPECT_EQ(State("a"), "success");
  EXPECT_EQ(State("b"), "error");
  EXPECT_EQ(State("c"), "failure");
  EXPECT_EQ(sandbox_.Control("GET", "/plank").size(), 3);
}

TEST_F(PlankTest, RefusesAScenarioThatIsNone) {
  struct Row {
    json scenario;
    const char* why;
  };
  for (const Row& row : {
           Row{{{"outcome", "sucess"}}, "outcome \\\"sucess\\\" is none of success, failure"},
           Row{json::object(), "outcome \\\"\\\" is none of"},
           Row{{{"outcome", "success"}, {"run", 1}}, "there is no member \\\"run\\\""},
           Row{{{"outcome", "success"}, {"run_ms", -1}}, "run_ms must be"},
           Row{{{"outcome", "success"}, {"run_ms", "1"}}, "run_ms must be"},
           Row{{{"outcome", "success"}, {"restarts", 101}}, "restarts must"},
           Row{{{"outcome", "success"}, {"number", 1}}, "number needs repo"},
           Row{"success", "is no JSON object"},
       }) {
    SCOPED_TRACE(row.scenario.dump());
    const auto response = Kube("POST", "/_sandbox/plank", row.scenario.dump());
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr(row.why));
  }
  EXPECT_EQ(sandbox_.Control("GET", "/plank"), json::array());
}

TEST_F(PlankTest, AbortsTheOlderJobOfAPullRequest) {
  Plank({{"outcome", "slow"}, {"abort_ms", 500}});
  Create(StartedAt(DecoratedJob("old", 1), "2026-08-19T10:00:00Z"));
  Create(StartedAt(DecoratedJob("other", 2), "2026-08-19T10:00:00Z"));
  Advance(100);
  Create(StartedAt(DecoratedJob("new", 1), "2026-08-19T10:00:01Z"));
  const json aborted = Status("old");
  EXPECT_EQ(aborted["state"], "aborted");
  EXPECT_FALSE(aborted.contains("completionTime"));
  EXPECT_EQ(aborted["prev_report_states"]["github-reporter"], "aborted");
  Advance(500);
  EXPECT_TRUE(Status("old").contains("completionTime"));
  EXPECT_EQ(State("old"), "aborted");
  EXPECT_EQ(State("new"), "pending");
  EXPECT_EQ(State("other"), "pending");
}

TEST_F(PlankTest, AbortsTheNewJobWhenBothStartedInTheSameSecond) {
  Plank({{"outcome", "slow"}});
  Create(DecoratedJob("first"));
  Create(DecoratedJob("second"));
  Advance(20);
  EXPECT_EQ(State("first"), "pending");
  EXPECT_EQ(State("second"), "aborted");
}

TEST_F(PlankTest, LeavesAJobThatHasEndedAsItIs) {
  Plank({{"outcome", "failure"}});
  Create(StartedAt(DecoratedJob("old"), "2026-08-19T10:00:00Z"));
  Advance(1000);
  Create(StartedAt(DecoratedJob("new"), "2026-08-19T10:00:01Z"));
  Advance(1000);
  EXPECT_EQ(State("old"), "failure");
  EXPECT_EQ(State("new"), "failure");
}

TEST_F(PlankTest, CompletesAJobThatSomebodyHasAborted) {
  Plank({{"outcome", "slow"}});
  Create(DecoratedJob("a"));
  Advance(100);
  Patch("a", {{"status", {{"state", "aborted"}}}});
  EXPECT_EQ(Status("a")["completionTime"], "2026-08-19T10:00:00Z");
  EXPECT_EQ(Events("violation"), json::array());
}

TEST_F(PlankTest, NotesAJobWhosePodIsLeftRunning) {
  Plank({{"outcome", "slow"}});
  Create(DecoratedJob("a"));
  Advance(100);
  Patch("a", {{"status", {{"state", "aborted"}, {"completionTime", "2026-08-19T10:00:01Z"}}}});
  const json violations = Events("violation");
  ASSERT_EQ(violations.size(), 1);
  EXPECT_THAT(violations[0]["what"].get<std::string>(), HasSubstr("its pod is left running"));
}

TEST_F(PlankTest, CannotRunAJobWithoutItsDecoration) {
  Plank({{"outcome", "success"}});
  json job = DecoratedJob("a");
  job["spec"]["decoration_config"].erase("utility_images");
  Create(job);
  Advance(1000);
  EXPECT_EQ(State("a"), "triggered");
  EXPECT_THAT(Events("violation")[0]["what"].get<std::string>(), HasSubstr("no utility_images"));
}

TEST_F(PlankTest, SchedulesAJobFirst) {
  Plank({{"outcome", "success"}, {"schedule_ms", 100}});
  json job = DecoratedJob("a");
  job["status"]["state"] = "scheduling";
  Create(job);
  Advance(50);
  EXPECT_EQ(State("a"), "triggered");
  Advance(50);
  EXPECT_EQ(State("a"), "pending");
}

TEST_F(PlankTest, ForgetsAJobThatIsDeleted) {
  Plank({{"outcome", "success"}});
  Create(DecoratedJob("a"));
  Advance(20);
  Kube("DELETE", std::string(kJobs) + "/a");
  Advance(1000);
  EXPECT_THAT(Moves(), ElementsAre("a is pending"));
}

TEST_F(PlankTest, SeesWhatHappenedBeforeTheHistoryWasCompacted) {
  Plank({{"outcome", "success"}});
  Create(DecoratedJob("a"));
  sandbox_.Control("POST", "/kube/compact");
  Advance(1000);
  EXPECT_EQ(State("a"), "success");
}

TEST_F(PlankTest, MovesManyJobsThatAreDueAtOnce) {
  Plank({{"outcome", "success"}});
  for (int i = 0; i < 200; ++i) Create(DecoratedJob("job-" + std::to_string(i), i + 1));
  Advance(1000);
  // It leaves the thread to others in between, and the list may be one of them.
  const auto done = [&] {
    int count = 0;
    const json jobs = List();
    for (const json& job : jobs["items"]) count += job["status"]["state"] == "success" ? 1 : 0;
    return count;
  };
  int lists = 0;
  while (done() < 200 && lists < 1000) ++lists;
  EXPECT_EQ(done(), 200);
}

}  // namespace
}  // namespace prow_coverage::sandbox
