// A job that ends while no daemon runs.

#include <algorithm>
#include <chrono>
#include <csignal>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "history.h"
#include "replica.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using std::chrono::seconds;
using std::chrono::steady_clock;

class Downtime : public ::testing::TestWithParam<int> {};

TEST_P(Downtime, WhatEndsMeanwhileIsToldWithinTenSecondsOfTheReturn) {
  constexpr int kPulls = 20;
  World world;
  world.Plank(
      nlohmann::json::array({{{"outcome", "slow"}},
                             {{"outcome", "aborted"}, {"run_ms", 3'600'000}, {"count", 3}},
                             {{"outcome", "deleted"}, {"run_ms", 3'600'000}, {"count", 3}},
                             {{"outcome", "failure"}, {"run_ms", 3'600'000}, {"count", 4}},
                             {{"outcome", "image-pull"}, {"run_ms", 3'600'000}, {"count", 4}}}));
  Replica replica(world, "replica");
  History history(world);
  replica.Start();
  std::vector<std::string> heads;
  for (int number = 1; number <= kPulls; ++number) {
    heads.push_back(world.PutPull(number, {"robots/a.go"})["head_sha"]);
    replica.Deliver(number, "opened");
  }
  // Waiting and running.
  ASSERT_TRUE(Eventually([&] { return world.Statuses().size() == 2 * kPulls; })) << replica.Log();
  history.Observe();
  replica.End(GetParam());
  world.Plank({{"outcome", "success"}, {"run_ms", 0}});
  world.GitHub("POST", "/_sandbox/clock/advance", {{"ms", 4'000'000}});
  const auto begun = steady_clock::now();
  replica.Start();
  EXPECT_TRUE(Eventually([&] {
    history.Read();
    return std::all_of(heads.begin(), heads.end(),
                       [&](const auto& head) { return history.IsAnswered(head); });
  })) << replica.Log();
  EXPECT_LT(steady_clock::now() - begun, seconds(10));
  history.ExpectInOrder();
  for (const auto& head : heads) history.ExpectAnswered(head);
}

INSTANTIATE_TEST_SUITE_P(Reporting, Downtime, ::testing::Values(SIGKILL, SIGTERM),
                         [](const auto& info) {
                           return info.param == SIGKILL ? "Killed" : "Terminated";
                         });

}  // namespace
}  // namespace prow_coverage::testing
