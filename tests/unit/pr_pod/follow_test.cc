#include "prow_coverage/pr_pod/follow.h"

#include <algorithm>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/pr_pod/logs.h"

#include "fake_api_server.h"
#include "support/fake_clock.h"
#include "support/run_task.h"

namespace prow_coverage::pr_pod {
namespace {

using nlohmann::json;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

json Waiting(const std::string& reason = "PodInitializing", const std::string& message = "") {
  return {{"waiting", {{"reason", reason}, {"message", message}}}};
}
const json kRunning = {{"running", json::object()}};

json Ended(const std::string& phase, int exit_code, const std::string& summary) {
  const json result = {
      {"phase", phase}, {"ok", exit_code == 0}, {"summary", summary}, {"details", json::object()}};
  return {{"terminated", {{"exitCode", exit_code}, {"message", result.dump()}}}};
}

class FollowTest : public ::testing::Test {
 protected:
  FollowTest() {
    server_.objects["jobs/job"] = {{"metadata", {{"name", "job"}, {"uid", "j1"}}}};
    server_.on_look = [this] { Look(); };
  }

  // The next look finds the world so.
  void Then(std::function<void()> change) { changes_.push_back(std::move(change)); }

  void Pod(const json& checkout, const json& report) {
    server_.objects["pods/p"] = {
        {"metadata", {{"name", "p"}, {"uid", "p1"}}},
        {"spec", {{"nodeName", "n1"}}},
        {"status",
         {{"initContainerStatuses", json::array({{{"name", "checkout"}, {"state", checkout}}})},
          {"containerStatuses", json::array({{{"name", "report"}, {"state", report}}})}}}};
  }

  void EndJob(const std::string& type, const std::string& reason = "") {
    server_.objects["jobs/job"]["status"]["conditions"] =
        json::array({{{"type", type}, {"status", "True"}, {"reason", reason}}});
  }

  void AllGoesWell() {
    Pod(Ended("checkout", 0, "merged"), Ended("report", 0, "passed"));
    EndJob("Complete");
  }

  Result<Verdict> Run(FollowOptions options = {}) {
    options.ns = "dev";
    options.job = "job";
    return testing::RunTask(context_, Follow(server_, clock_, options,
                                             [this](const std::string& l) { told_.push_back(l); }));
  }

  boost::asio::io_context context_;
  testing::FakeClock clock_;
  FakeApiServer server_;
  std::vector<std::string> told_;

 private:
  void Look() {
    if (server_.calls.size() > 5000) throw std::runtime_error("it looks for ever");
    if (changes_.empty()) return;
    const auto change = std::move(changes_.front());
    changes_.pop_front();
    change();
  }

  std::deque<std::function<void()>> changes_;
};

TEST_F(FollowTest, TellsEachPhasesLogInOrderAndTheVerdict) {
  Then([&] { Pod(kRunning, Waiting()); });
  Then([&] { Pod(Ended("checkout", 0, "merged"), kRunning); });
  Then([&] { AllGoesWell(); });
  server_.logs["checkout"] = {
      "2026-01-01T00:00:00.000000001Z cloning\n"
      "2026-01-01T00:00:00.000000002Z do",
      ""};
  server_.logs["report"] = {"2026-01-01T00:00:01.000000001Z fine\n"};
  const auto verdict = Run();
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_TRUE(verdict->ok);
  EXPECT_EQ(verdict->phases.size(), 2U);
  EXPECT_THAT(told_, ElementsAre("pod p", "on node n1", "[checkout] cloning", "[checkout] do",
                                 "[report] fine"));
}

TEST_F(FollowTest, NamesThePhaseThatFailed) {
  Then([&] {
    Pod(Ended("checkout", 1, "conflicts with main"), Waiting());
    EndJob("Failed", "BackoffLimitExceeded");
  });
  const auto verdict = Run();
  ASSERT_TRUE(verdict);
  EXPECT_FALSE(verdict->ok);
  EXPECT_EQ(verdict->words, "the Job has failed in phase checkout: conflicts with main");
}

TEST_F(FollowTest, TellsADeadlineFromAFailure) {
  Then([&] {
    Pod(kRunning, Waiting());
    EndJob("Failed", "DeadlineExceeded");
    server_.objects.erase("pods/p");
  });
  EXPECT_THAT(Run()->words, HasSubstr("DeadlineExceeded"));
}

TEST_F(FollowTest, TakesTheLogUpWhereItWasCut) {
  Then([&] { Pod(kRunning, Waiting()); });
  Then([&] {});
  Then([&] { AllGoesWell(); });
  server_.logs["checkout"] = {"2026-01-01T00:00:00.000000001Z one\n",
                              "2026-01-01T00:00:00.000000001Z one\n"
                              "2026-01-01T00:00:00.000000002Z two\n"};
  ASSERT_TRUE(Run());
  EXPECT_EQ(std::count(told_.begin(), told_.end(), "[checkout] one"), 1);
  EXPECT_THAT(told_, Contains("[checkout] two"));
  EXPECT_THAT(server_.streams[1], HasSubstr("sinceTime=2026-01-01T00%3A00%3A00.000000001Z"));
}

TEST_F(FollowTest, WaitsForAPodThatTellsOfNoContainerYet) {
  Then([&] { server_.objects["pods/p"] = {{"metadata", {{"name", "p"}, {"uid", "p1"}}}}; });
  Then([&] { AllGoesWell(); });
  server_.logs["checkout"] = {"2026-01-01T00:00:00.000000001Z cloning\n"};
  ASSERT_TRUE(Run());
  EXPECT_THAT(told_, Contains("[checkout] cloning"));
}

TEST_F(FollowTest, AsksAgainForALogThatIsNotThereYet) {
  Then([&] {
    Pod(Ended("checkout", 1, "no"), Waiting());
    EndJob("Failed");
  });
  server_.logs["checkout"] = {"", "", "2026-01-01T00:00:00.000000001Z why\n"};
  ASSERT_TRUE(Run());
  EXPECT_THAT(told_, Contains("[checkout] why"));
}

TEST_F(FollowTest, SaysInWordsWhatKeepsThePodFromStartingAndOnce) {
  Then([&] { Pod(Waiting("ErrImagePull", "no such host"), Waiting()); });
  Then([&] {});
  Then([&] { AllGoesWell(); });
  server_.objects["events/e"] = {
      {"type", "Warning"}, {"reason", "FailedCreate"}, {"message", "exceeded quota: q"}};
  ASSERT_TRUE(Run());
  EXPECT_THAT(told_, Contains(HasSubstr("image cannot be pulled")));
  EXPECT_EQ(std::count(told_.begin(), told_.end(), "FailedCreate: exceeded quota: q"), 1);
}

TEST_F(FollowTest, SaysWhatKeepsTheBuilderFromStarting) {
  const json waiting = {{"name", "buildkitd"}, {"state", Waiting("ErrImagePull", "no such host")}};
  server_.objects["pods/b"] = {{"metadata", {{"name", "b"}, {"labels", {{"app", "job-builder"}}}}},
                               {"status", {{"containerStatuses", json::array({waiting})}}}};
  Then([&] {
    Pod(kRunning, Waiting());
    server_.objects["pods/p"]["metadata"]["labels"] = {{"controller-uid", "j1"}};
  });
  Then([&] { AllGoesWell(); });
  FollowOptions options;
  options.builder = "job-builder";
  ASSERT_TRUE(Run(options));
  EXPECT_THAT(told_, Contains(HasSubstr("builder: buildkitd waits: its image cannot be pulled")));
}

TEST_F(FollowTest, GivesUpOnAPodThatNeverStartsAndSaysWhy) {
  server_.objects["events/e"] = {
      {"type", "Warning"}, {"reason", "FailedCreate"}, {"message", "exceeded quota: q"}};
  FollowOptions options;
  options.start_patience = std::chrono::seconds(10);
  const auto verdict = Run(options);
  ASSERT_FALSE(verdict);
  EXPECT_THAT(verdict.error().message, HasSubstr("exceeded quota: q"));
}

TEST_F(FollowTest, BearsAClusterThatIsAwayForAWhile) {
  const Error away{ErrorCode::kUnavailable, "connection refused", {}};
  Then([&] {
    Pod(kRunning, Waiting());
    server_.refuse.emplace("stream", away);
  });
  Then([&] { server_.refuse.emplace("get jobs/job", away); });
  Then([&] {});
  Then([&] {
    server_.refuse.clear();
    AllGoesWell();
  });
  const auto verdict = Run();
  ASSERT_TRUE(verdict) << verdict.error().message;
  EXPECT_TRUE(verdict->ok);
  EXPECT_THAT(told_, Contains(HasSubstr("does not answer: connection refused")));
  EXPECT_THAT(told_, Contains("the API server answers again"));
}

TEST_F(FollowTest, GivesUpOnAClusterThatStaysAway) {
  server_.refuse.emplace("get jobs/job", Error{ErrorCode::kUnavailable, "refused", {}});
  EXPECT_EQ(Run().error().code, ErrorCode::kUnavailable);
}

TEST_F(FollowTest, NoticesThatTheJobIsGone) {
  Then([&] { Pod(kRunning, Waiting()); });
  Then([&] { server_.objects.clear(); });
  EXPECT_EQ(Run().error().code, ErrorCode::kNotFound);

  server_.objects["jobs/job"] = {{"metadata", {{"name", "job"}, {"uid", "another"}}}};
  FollowOptions options;
  options.uid = "j1";
  EXPECT_THAT(Run(options).error().message, HasSubstr("another made of its name"));
}

TEST_F(FollowTest, ShowsNeitherTheTokenNorControlCharacters) {
  Then([&] { AllGoesWell(); });
  server_.logs["checkout"] = {"2026-01-01T00:00:00.000000001Z a t0k3n \x1B[2J t0k3n\n"};
  FollowOptions options;
  options.redacted = "t0k3n";
  ASSERT_TRUE(Run(options));
  EXPECT_THAT(told_, Contains("[checkout] a <token>  [2J <token>"));
}

TEST_F(FollowTest, PrintsTheLogsOfWhatHasBegun) {
  Pod(Ended("checkout", 0, ""), Waiting());
  server_.logs["checkout"] = {"2026-01-01T00:00:00.000000001Z one\n"};
  const auto pod = ReadPod(server_.objects["pods/p"].dump());
  ASSERT_TRUE(pod);
  ASSERT_TRUE(testing::RunTask(context_, PrintLogs(server_, "dev", *pod, [&](const std::string& l) {
                                 told_.push_back(l);
                               })));
  EXPECT_THAT(told_, ElementsAre("[checkout] one"));
}

TEST(Obstacles, AreSentences) {
  struct Row {
    const char* pod;
    const char* says;
  };
  const Row rows[] = {
      {R"({"metadata":{"name":"p"},"status":{"conditions":[{"type":"PodScheduled","status":"False",
          "message":"0/1 nodes are available"}]}})",
       "no node takes the pod: 0/1 nodes are available"},
      {R"({"metadata":{"name":"p"},"status":{"reason":"Evicted","message":"disk"}})",
       "the pod is Evicted: disk"},
      {R"({"metadata":{"name":"p"},"status":{"initContainerStatuses":[{"name":"checkout",
          "state":{"waiting":{"reason":"CreateContainerConfigError","message":"secret \"x\" not found"}}}]}})",
       "checkout waits: a Secret, ConfigMap or key that it mounts is not there (secret \"x\" not "
       "found)"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.says);
    EXPECT_THAT(Obstacles(*ReadPod(row.pod)), ElementsAre(row.says));
  }
  EXPECT_TRUE(Obstacles(*ReadPod(R"({"metadata":{"name":"p"},"status":{"containerStatuses":[
      {"name":"x","state":{"waiting":{"reason":"PodInitializing"}}}]}})"))
                  .empty());
}

}  // namespace
}  // namespace prow_coverage::pr_pod
