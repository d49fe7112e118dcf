#include "plank_run.h"

#include <optional>

namespace prow_coverage::sandbox {
namespace {

std::optional<PlankStep::Kind> StepOf(Outcome::End end) {
  switch (end) {
    case Outcome::End::kNone:
      return std::nullopt;
    case Outcome::End::kState:
      return PlankStep::Kind::kFinish;
    case Outcome::End::kAbort:
      return PlankStep::Kind::kAbort;
    case Outcome::End::kDelete:
      return PlankStep::Kind::kDelete;
  }
  return std::nullopt;
}

}  // namespace

std::vector<PlankStep> PlanSteps(const Scenario& scenario, const std::string& state) {
  using std::chrono::milliseconds;
  const bool starts = scenario.outcome->starts;
  const auto start_at = state == "pending" ? milliseconds(0) : scenario.schedule;
  std::vector<PlankStep> steps;
  if (state == "scheduling") steps.push_back({PlankStep::Kind::kSchedule, start_at / 2});
  if (starts && state != "pending") steps.push_back({PlankStep::Kind::kStart, start_at});
  // Pods are lost at even distances; the last one reaches the end.
  for (int i = 1; i <= scenario.restarts && starts; ++i) {
    steps.push_back(
        {PlankStep::Kind::kRestart, start_at + scenario.run * i / (scenario.restarts + 1)});
  }
  const auto end_at = start_at + (starts ? scenario.run : milliseconds(0));
  if (const auto end = StepOf(scenario.outcome->end)) steps.push_back({*end, end_at});
  return steps;
}

}  // namespace prow_coverage::sandbox
