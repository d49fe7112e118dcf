#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <vector>

#include "deliveries.h"

namespace prow_coverage::bench {

struct Pace {
  std::size_t connections = 32;
  // Deliveries a second, whether or not the answers keep up, each timed from when it was due, so
  // that one slow answer is not taken for one event alone. 0: each connection sends the next
  // delivery as soon as it has its answer.
  double rate = 0;
};

struct Outcome {
  std::map<int, std::size_t> statuses;  // how many answers had which status
  std::vector<double> milliseconds;     // latencies, sorted
  double seconds = 0;                   // from the first byte sent to the last answer

  [[nodiscard]] double per_second() const;
  // 0.5 is the median.
  [[nodiscard]] double percentile(double p) const;
};

// Sends all of them to the daemon on that port, on one thread, over kept connections. Throws when a
// connection is cut or an answer is not one.
[[nodiscard]] Outcome Send(std::uint16_t port, const Deliveries& deliveries, const Pace& pace);

}  // namespace prow_coverage::bench
