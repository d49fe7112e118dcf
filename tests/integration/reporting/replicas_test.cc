// Two replicas, each with its own inbox, one of them killed at random: one report for each state.
//
// A kill between GitHub's taking a status and the inbox' keeping it costs no second post: after a
// start and after a change of the reporting replica GitHub is asked what stands. So the same status
// may come twice in a row only where the answer to the first was lost on its way.

#include <chrono>
#include <csignal>
#include <cstdio>

#include <gtest/gtest.h>

#include "model.h"
#include "options.h"
#include "replica.h"

namespace prow_coverage::testing {
namespace {

using std::chrono::milliseconds;

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

}  // namespace
}  // namespace prow_coverage::testing
