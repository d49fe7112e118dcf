// The API server goes away, comes back, and is not quite there yet.

#include <chrono>
#include <cstdlib>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/stage.h"

namespace prow_coverage::e2e {
namespace {

using testing::Eventually;
using ::testing::HasSubstr;

// How long it is away: 30 s is what a real upgrade takes.
std::chrono::seconds Outage() {
  const char* given = std::getenv("PROW_COVERAGE_E2E_OUTAGE_SECONDS");
  return std::chrono::seconds(given == nullptr ? 30 : std::atoi(given));
}

// Leaves a cluster that works, whatever happens in between.
class OutageTest : public ::testing::Test {
 protected:
  ~OutageTest() override { stage_.cluster.Control("up"); }

  bool EventuallyWithin(std::chrono::seconds patience, const std::function<bool()>& condition) {
    const auto deadline = std::chrono::steady_clock::now() + patience;
    while (std::chrono::steady_clock::now() < deadline) {
      if (condition()) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(100));
    }
    return false;
  }

  Stage stage_;
};

TEST_F(OutageTest, LosesNothingAndDoublesNothingUnderLoad) {
  constexpr int kPulls = 60;
  stage_.cluster.Grant(stage_.ns, ServiceAccount(stage_.ns));
  const auto daemon = stage_.StartAsServiceAccount();
  std::thread outage([this] {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    stage_.cluster.Control("stop");
    std::this_thread::sleep_for(Outage());
    stage_.cluster.Control("start");
  });
  for (int number = 1; number <= kPulls; ++number) {
    stage_.Deliver(*daemon, number);
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
  outage.join();
  const auto statuses = [this] { return stage_.world.Statuses().size() >= kPulls; };
  EXPECT_TRUE(EventuallyWithin(std::chrono::seconds(120) + Outage(), statuses))
      << stage_.world.Statuses().size();
  std::set<int> numbers;
  const json jobs = stage_.cluster.Jobs(stage_.ns);
  for (const auto& job : jobs) numbers.insert(job["spec"]["refs"]["pulls"][0]["number"].get<int>());
  EXPECT_EQ(jobs.size(), kPulls);
  EXPECT_EQ(numbers.size(), kPulls);
  EXPECT_EQ(stage_.world.Statuses().size(), kPulls);
  EXPECT_THAT(daemon->Err(), HasSubstr("the Kubernetes API is asked again"));
}

TEST_F(OutageTest, MissingCrdIsToldFromAMissingNamespaceAndWaitedFor) {
  stage_.cluster.Grant(stage_.ns, ServiceAccount(stage_.ns));
  stage_.cluster.Delete(
      "/apis/apiextensions.k8s.io/v1/customresourcedefinitions/prowjobs.prow.k8s.io");
  ASSERT_TRUE(
      Eventually([&] { return stage_.cluster.Ask("GET", ProwJobsPath(stage_.ns)).status == 404; }));
  const auto daemon = stage_.StartAsServiceAccount();
  stage_.Deliver(*daemon, 1);
  const json waiting = stage_.AwaitReason(1, "waiting_for_kubernetes");
  EXPECT_THAT(waiting.value("detail", ""),
              HasSubstr("its CustomResourceDefinition is not installed"));
  EXPECT_THAT(daemon->Err(), HasSubstr("\"level\":\"error\""));
  stage_.cluster.Control("up");
  EXPECT_EQ(stage_.AwaitReason(1, "job_created")["reason"], "job_created") << daemon->Err();
}

}  // namespace
}  // namespace prow_coverage::e2e
