// Two replicas, each with its own inbox, one of them killed or paused at random: one report for
// each state.
//
// A kill between GitHub's taking a status and the inbox' keeping it costs no second post: after a
// start and after a change of the reporting replica GitHub is asked what stands. So the same status
// may come twice in a row only where the answer to the first was lost on its way.

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <thread>

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
constexpr milliseconds kTakenOver{11'000};
// A twelfth of it is a follower's patience.
const std::vector<std::string> kPatient = {"--stuck-after=3m"};
const std::vector<std::string> kImpatient = {"--stuck-after=36s"};

void LiveFor(Model& model, milliseconds time) {
  const auto until = std::chrono::steady_clock::now() + time;
  do {
    model.Step();
  } while (std::chrono::steady_clock::now() < until);
}

// Killed, or paused as a VM may be.
void TakeOneAway(Model& model, Replica& replica, milliseconds away) {
  const bool paused = model.Below(2) == 0;
  paused ? replica.Freeze() : replica.End(SIGKILL);
  LiveFor(model, away);
  paused ? replica.Thaw() : replica.Start();
}

void TakeBothAway(Model& model, Replica& first, Replica& second) {
  first.End(SIGKILL);
  second.End(SIGKILL);
  LiveFor(model, milliseconds(model.Below(300)));
  model.Below(2) == 0 ? first.Start() : second.Start();
  LiveFor(model, milliseconds(model.Below(1500)));
  first.running() ? second.Start() : first.Start();
}

// Two replicas, of which the first reports.
struct Pair {
  explicit Pair(std::vector<std::string> flags)
      : reporting(world, "reporting", flags), following(world, "following", flags) {
    reporting.Start();
    EXPECT_TRUE(Eventually([&] { return reporting.Log().find("this replica reports") != kNone; }));
    following.Start();
  }

  void AwaitAnswers(const std::vector<std::string>& heads) {
    EXPECT_TRUE(Eventually([&] {
      history.Read();
      return std::all_of(heads.begin(), heads.end(),
                         [&](const auto& head) { return history.IsAnswered(head); });
    })) << reporting.Log()
        << "=====\n"
        << following.Log();
    history.ExpectInOrder();
    for (const auto& head : heads) history.ExpectAnswered(head);
  }

  std::string Open(int number) { return world.PutPull(number, {"robots/a.go"})["head_sha"]; }

  void AwaitStatuses(std::size_t count) {
    EXPECT_TRUE(Eventually([&] { return world.Statuses().size() >= count; })) << following.Log();
    history.Observe();
  }

  void DeleteJobs() {
    for (const auto& job : world.Jobs()) {
      world.Kube("DELETE", kJobs + job["metadata"]["name"].get<std::string>());
    }
  }

  World world;
  Replica reporting;
  Replica following;
  History history{world};
};

TEST(Replicas, TellEachStateOnceWhileOneIsTakenAway) {
  const auto seed = SeedFromEnvironment();
  SCOPED_TRACE("PROW_COVERAGE_SEED=" + std::to_string(seed));
  World world;
  Replica first(world, "first", kPatient);
  Replica second(world, "second", kPatient);
  Model model(world, {&first, &second}, seed);
  first.Start();
  second.Start();
  const int kills = NumberFromEnvironment("PROW_COVERAGE_KILLS", 3);
  for (int kill = 0; kill < kills; ++kill) {
    for (auto steps = model.Below(10); steps > 0; --steps) model.Step();
    if (kill == 1 || model.Below(4) == 0) TakeBothAway(model, first, second);
    // At the first kill, and at every fourth, the one that reports is away until the other has
    // taken over.
    const bool for_long = kill % 4 == 0;
    const bool first_dies = for_long ? kill % 8 == 0 : model.Below(2) == 0;
    const auto away = for_long ? kTakenOver : milliseconds(model.Below(1500));
    TakeOneAway(model, first_dies ? first : second, away);
  }
  model.Settle();
  model.ExpectAllTold();
  std::printf("PROW_COVERAGE_SEED=%u: %d taken away, %s\n", seed, kills, model.Describe().c_str());
  if (HasFailure()) std::printf("%s\n=====\n%s\n", first.Log().c_str(), second.Log().c_str());
}

// The one that reports never heard of the job; the other one may set no status.
TEST(Replicas, TellOfAJobThatWentWhileTheReportingOneWasDown) {
  Pair pair(kImpatient);
  pair.reporting.End(SIGKILL);
  pair.world.Plank(nlohmann::json::array(
      {{{"outcome", "success"}}, {{"outcome", "slow"}, {"run_ms", 3'600'000}, {"count", 1}}}));
  const std::string head = pair.Open(1);
  pair.following.Deliver(1, "opened");
  ASSERT_TRUE(Eventually([&] { return pair.world.Jobs().size() == 1; }));
  pair.history.Observe();
  pair.DeleteJobs();
  pair.reporting.Start();
  pair.AwaitAnswers({head});
  EXPECT_THAT(pair.following.Log(), HasSubstr("nobody has told its end"));
}

// It wakes up with a queue of states that were told long ago.
TEST(Replicas, OneThatStoodStillTellsNothing) {
  Pair pair({});
  pair.world.Plank({{"outcome", "success"}, {"schedule_ms", 11'000}, {"run_ms", 200}});
  std::vector<std::string> heads;
  for (int number = 1; number <= 8; ++number) {
    heads.push_back(pair.Open(number));
    pair.reporting.Deliver(number, "opened");
  }
  pair.AwaitStatuses(heads.size());
  pair.reporting.Freeze();
  pair.AwaitAnswers(heads);
  const auto posts = pair.history.posts();
  pair.reporting.Thaw();
  EXPECT_TRUE(Eventually([&] { return pair.reporting.Log().find("does not report") != kNone; }));
  std::this_thread::sleep_for(milliseconds(500));
  pair.AwaitAnswers(heads);
  EXPECT_EQ(pair.history.posts(), posts);
}

// The one that reported never comes back. One job goes while neither runs; one ends and goes before
// the follower has taken over.
TEST(Replicas, TellOfJobsThatWentBetweenTwoReporters) {
  Pair pair({});
  pair.world.Plank({{"outcome", "slow"}, {"run_ms", 3'600'000}});
  std::vector<std::string> heads = {pair.Open(1)};
  pair.following.Deliver(1, "opened");
  pair.AwaitStatuses(2);
  pair.reporting.End(SIGKILL);
  pair.following.End(SIGKILL);
  pair.DeleteJobs();
  pair.following.Start();
  heads.push_back(pair.Open(2));
  pair.following.Deliver(2, "opened");
  ASSERT_TRUE(Eventually([&] { return pair.world.Jobs().size() == 1; }));
  pair.history.Observe();
  pair.world.GitHub("POST", "/_sandbox/clock/advance", {{"ms", 4'000'000}});
  ASSERT_TRUE(Eventually([&] {
    pair.history.Observe();
    return pair.history.AllJobsHaveEnded();
  }));
  std::this_thread::sleep_for(milliseconds(300));
  pair.DeleteJobs();
  EXPECT_EQ(pair.world.Statuses().size(), 2u) << "it has taken over already";
  pair.AwaitAnswers(heads);
}

}  // namespace
}  // namespace prow_coverage::testing
