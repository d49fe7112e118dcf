#pragma once

#include <chrono>

namespace prow_coverage {

// Exponential back-off with full jitter: the wait before retry n is uniform in
// [0, min(max, initial * 2^n)]. Full jitter spreads a thousand clients that failed at the same
// moment; equal waits would bring them back together.
struct BackOff {
  std::chrono::milliseconds initial{2000};
  std::chrono::milliseconds max{120000};
};

// Upper bound of the wait before retry `attempt` (0 is the first retry).
[[nodiscard]] std::chrono::milliseconds BackOffCeiling(const BackOff& policy, int attempt);

// `random` is uniform in [0, 1).
[[nodiscard]] std::chrono::milliseconds FullJitter(const BackOff& policy, int attempt,
                                                   double random);

// A uniform random number in [0, 1) from a generator of the calling thread.
[[nodiscard]] double Random01();

}  // namespace prow_coverage
