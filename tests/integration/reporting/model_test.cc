// Random histories of pull requests, jobs, faults and restarts: whatever happened, every open head
// ends with the one final status that its job asks for. PROW_COVERAGE_MODEL_STEPS says how many
// steps (50), PROW_COVERAGE_MODEL_RUNS how many runs (1), PROW_COVERAGE_SEED repeats one.

#include "model.h"

#include <csignal>
#include <cstdio>

#include <gtest/gtest.h>

#include "options.h"
#include "replica.h"

namespace prow_coverage::testing {
namespace {

constexpr int kStepsOfALife = 12;  // on average

constexpr const char* kGate =
    "defaults: {image: i, cluster: kubevirt-prow-control-plane, namespace: kubevirt-prow-jobs, "
    "gcs: {bucket: b}}\n"
    "repos:\n  kubevirt/project-infra: {testPackages: ./..., coverageThreshold: 70, gate: true}\n";

// Every other one gates, every third has little patience with jobs.
std::vector<std::string> Flags(World& world, std::uint32_t seed) {
  std::vector<std::string> flags;
  if (seed % 2 == 1) flags.push_back("--config=" + world.dir().Write("gate.yaml", kGate).string());
  if (seed % 3 == 1) flags.push_back("--stuck-after=2s");
  return flags;
}

void RestartWithThingsHappeningMeanwhile(Model& model, Replica& replica) {
  replica.End(model.Below(2) == 0 ? SIGKILL : SIGTERM);
  for (auto steps = model.Below(3); steps > 0; --steps) model.Step();
  replica.Start();
  model.DeliverRest();
}

void LiveThrough(std::uint32_t seed) {
  SCOPED_TRACE("PROW_COVERAGE_SEED=" + std::to_string(seed));
  World world;
  Replica replica(world, "replica", Flags(world, seed));
  Model model(world, {&replica}, seed, seed % 2 == 1);
  replica.Start();
  const int steps = NumberFromEnvironment("PROW_COVERAGE_MODEL_STEPS", 50);
  for (int i = 0; i < steps; ++i) {
    model.Step();
    if (model.Below(kStepsOfALife) == 0) RestartWithThingsHappeningMeanwhile(model, replica);
  }
  model.Settle();
  model.ExpectAllTold();
  std::printf("PROW_COVERAGE_SEED=%u: %s\n", seed, model.Describe().c_str());
  if (::testing::Test::HasFailure()) std::printf("%s\n", replica.Log().c_str());
}

TEST(Model, EveryOpenHeadEndsWithTheFinalStatusOfItsJob) {
  const int runs = NumberFromEnvironment("PROW_COVERAGE_MODEL_RUNS", 1);
  const auto seed = SeedFromEnvironment();
  for (int run = 0; run < runs && !HasFailure(); ++run) {
    LiveThrough(seed + static_cast<std::uint32_t>(run));
  }
}

}  // namespace
}  // namespace prow_coverage::testing
