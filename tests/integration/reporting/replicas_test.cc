// Two replicas, each with its own inbox, one of them killed at random: one report for each state.
//
// A kill between GitHub's taking a status and the inbox' keeping it costs no second post: after a
// start and after a change of the reporting replica GitHub is asked what stands. So the same status
// may come twice in a row only where the answer to the first was lost on its way.

#include <chrono>
#include <csignal>
#include <cstdio>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history.h"
#include "model.h"
#include "options.h"
#include "replica.h"

namespace prow_coverage::testing {
namespace {

using std::chrono::milliseconds;
using ::testing::HasSubstr;

constexpr auto kNone = std::string::npos;
const std::string kJobs = "/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs/";

// PROW_COVERAGE_KILLS: how many (3). The Lease lasts ten seconds.
constexpr milliseconds kTakenOver{12'500};

void KillOne(Model& model, Replica& replica, milliseconds away) {
  replica.End(SIGKILL);
  const auto until = std::chrono::steady_clock::now() + away;
  do {
    model.Step();
  } while (std::chrono::steady_clock::now() < until);
  replica.Start();
}

TEST(Replicas, TellEachStateOnceWhileOneIsKilled) {
  const auto seed = SeedFromEnvironment();
  SCOPED_TRACE("PROW_COVERAGE_SEED=" + std::to_string(seed));
  World world;
  Replica first(world, "first");
  Replica second(world, "second");
  Model model(world, {&first, &second}, seed);
  first.Start();
  second.Start();
  const int kills = NumberFromEnvironment("PROW_COVERAGE_KILLS", 3);
  for (int kill = 0; kill < kills; ++kill) {
    for (auto steps = model.Below(10); steps > 0; --steps) model.Step();
    // At the first kill, and at every fourth, the one that reports is away until the other has
    // taken over.
    const bool for_long = kill % 4 == 0;
    const bool first_dies = for_long ? kill % 8 == 0 : model.Below(2) == 0;
    const auto away = for_long ? kTakenOver : milliseconds(model.Below(1500));
    KillOne(model, first_dies ? first : second, away);
  }
  model.Settle();
  model.ExpectAllTold();
  std::printf("PROW_COVERAGE_SEED=%u: %d kills, %s\n", seed, kills, model.Describe().c_str());
  if (HasFailure()) std::printf("%s\n=====\n%s\n", first.Log().c_str(), second.Log().c_str());
}

// The one that reports never heard of the job; the other one may set no status.
TEST(Replicas, TellOfAJobThatWentWhileTheReportingOneWasDown) {
  World world;
  Replica reporting(world, "reporting");
  Replica following(world, "following");
  History history(world);
  reporting.Start();
  ASSERT_TRUE(Eventually([&] { return reporting.Log().find("this replica reports") != kNone; }));
  following.Start();
  reporting.End(SIGKILL);
  world.Plank(nlohmann::json::array(
      {{{"outcome", "slow"}, {"run_ms", 3'600'000}, {"count", 1}}, {{"outcome", "success"}}}));
  const std::string head = world.PutPull(1, {"robots/a.go"})["head_sha"];
  following.Deliver(1, "opened");
  ASSERT_TRUE(Eventually([&] { return world.Jobs().size() == 1; }));
  history.Observe();
  world.Kube("DELETE", kJobs + world.Jobs()[0]["metadata"]["name"].get<std::string>());
  reporting.Start();
  EXPECT_TRUE(Eventually([&] {
    history.Read();
    return history.IsAnswered(head);
  })) << reporting.Log();
  history.ExpectInOrder();
  history.ExpectAnswered(head);
  EXPECT_THAT(following.Log(), HasSubstr("nobody has told it"));
}

}  // namespace
}  // namespace prow_coverage::testing
