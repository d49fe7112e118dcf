// bench_load [--quick] [SCENARIO...]   what the daemon costs, measured from outside

#include <algorithm>
#include <cstdio>
#include <exception>
#include <string>
#include <vector>

#include "prow_coverage/http/client.h"

#include "scenarios.h"

namespace {

using namespace prow_coverage::bench;

constexpr Scenario kScenarios[] = {
    {"start", "The daemon by itself", MeasureStart},
    {"throughput", "32 connections, each sends as soon as it has its answer", MeasureThroughput},
    {"latency", "500 deliveries a second over 32 connections, fsync for real", MeasureLatency},
    {"report", "From a ProwJob to its status", MeasureReport},
    {"backlog", "100,000 unfinished deliveries in the inbox at start", MeasureBacklog},
    {"list", "`prow-coverage deliveries list` on 1,000,000 rows", MeasureList},
};

int Usage(const std::string& unknown) {
  std::fprintf(stderr, "bench_load: no scenario is named \"%s\"; there are:", unknown.c_str());
  for (const auto& scenario : kScenarios) std::fprintf(stderr, " %s", scenario.name.data());
  std::fputs("\n", stderr);
  return 2;
}

bool IsKnown(const std::string& name) {
  return std::any_of(std::begin(kScenarios), std::end(kScenarios),
                     [&](const Scenario& scenario) { return scenario.name == name; });
}

void RunAll(const std::vector<std::string>& names, double scale, Table& table) {
  for (const auto& scenario : kScenarios) {
    const bool wanted =
        names.empty() || std::find(names.begin(), names.end(), scenario.name) != names.end();
    if (!wanted) continue;
    table.Title(std::string(scenario.title));
    prow_coverage::testing::World world;
    Bench bench{world, table, scale};
    scenario.run(bench);
  }
}

}  // namespace

int main(int argc, char** argv) {
  std::vector<std::string> names(argv + 1, argv + argc);
  const double scale = std::erase(names, "--quick") > 0 ? 0.1 : 1;
  for (const auto& name : names) {
    if (!IsKnown(name)) return Usage(name);
  }
  try {
    prow_coverage::http::GlobalInit();
    Table table;
    RunAll(names, scale, table);
    std::printf("\n%d aims, %d missed\n", table.aims(), table.missed());
    return 0;
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_load: %s\n", error.what());
    return 1;
  }
}
