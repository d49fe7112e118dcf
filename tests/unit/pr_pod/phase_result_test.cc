#include "prow_coverage/pr_pod/phase_result.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::pr_pod {
namespace {

using State = PhaseResult::State;
using ::testing::HasSubstr;

ContainerState EndedWith(const std::string& name, int exit_code, const std::string& message) {
  ContainerState container;
  container.name = name;
  container.phase = ContainerState::Phase::kTerminated;
  container.exit_code = exit_code;
  container.message = message;
  container.reason = exit_code == 0 ? "Completed" : "Error";
  return container;
}

TEST(ParsePhaseResult, ReadsWhatAPhaseLeaves) {
  const auto result =
      ParsePhaseResult(R"({"phase":"detect","ok":true,"summary":"a\nb","details":{"n":1}})");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, (PhaseResult{"detect", State::kPassed, "a b", R"({"n":1})"}));
}

TEST(ParsePhaseResult, RefusesAnythingElse) {
  const std::string large(5000, ' ');
  for (const std::string& message :
       {std::string(), std::string("ok"), std::string("{}"), large + "{}",
        std::string(R"({"phase":"x","ok":"yes","summary":"","details":{}})"),
        std::string(R"({"phase":"x","ok":true,"summary":"","details":[]})"),
        std::string("{\"phase\":\"x\",\"ok\":true,\"summary\":\"\xFF\",\"details\":{}}")}) {
    EXPECT_FALSE(ParsePhaseResult(message));
  }
}

TEST(PhaseResults, AreDecidedByTheExitCode) {
  const std::string says_ok = R"({"phase":"checkout","ok":true,"summary":"fine","details":{}})";
  PodState pod;
  pod.containers = {EndedWith("checkout", 1, says_ok)};
  EXPECT_EQ(PhaseResults(pod)[0].state, State::kFailed);
  // A pod that is kept for a look goes on after a failure: there the result tells of it.
  pod.containers = {
      EndedWith("verify", 0, R"({"phase":"verify","ok":false,"summary":"","details":{}})")};
  EXPECT_EQ(PhaseResults(pod)[0].state, State::kFailed);
  pod.containers = {EndedWith("verify", 137, "")};
  pod.containers[0].reason = "OOMKilled";
  EXPECT_THAT(PhaseResults(pod)[0].summary, HasSubstr("137 (OOMKilled)"));
}

TEST(PhaseResults, DoNotTakeAnothersMessage) {
  PodState pod;
  pod.containers = {
      EndedWith("build", 0, R"({"phase":"report","ok":true,"summary":"x","details":{}})")};
  EXPECT_EQ(PhaseResults(pod)[0].summary, "left no result");
}

TEST(PhaseResults, StandInTheOrderOfThePhases) {
  PodState pod;
  pod.containers.resize(2);
  pod.containers[0].name = "report";
  pod.containers[1].name = "checkout";
  pod.containers[1].phase = ContainerState::Phase::kRunning;
  const auto results = PhaseResults(pod);
  ASSERT_EQ(results.size(), 2U);
  EXPECT_EQ(results[0].phase, "checkout");
  EXPECT_EQ(results[0].state, State::kRunning);
  EXPECT_EQ(results[1].state, State::kNotReached);
}

}  // namespace
}  // namespace prow_coverage::pr_pod
