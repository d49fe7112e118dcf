#pragma once

#include <string_view>

#include "support/world.h"
#include "table.h"

namespace prow_coverage::bench {

// What is measured with real processes, each on a daemon of its own. `scale` is 1 for the full
// numbers of deliveries, less for a quick look.
struct Bench {
  testing::World& world;
  Table& table;
  double scale = 1;
};

// Pull requests have seven digits, as Deliveries needs them.
inline constexpr int kFirstNumber = 1000000;

struct Scenario {
  std::string_view name;
  std::string_view title;
  void (*run)(Bench& bench);
};

void MeasureStart(Bench& bench);       // exec to ready, memory and CPU when idle
void MeasureThroughput(Bench& bench);  // accepted, refused, stored, turned into a job
void MeasureLatency(Bench& bench);     // at 500 deliveries a second
void MeasureReport(Bench& bench);      // from a job to its status, 10,000 live jobs
void MeasureBacklog(Bench& bench);     // 100,000 unfinished deliveries
void MeasureList(Bench& bench);        // a million rows

}  // namespace prow_coverage::bench
