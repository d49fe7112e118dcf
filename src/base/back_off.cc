#include "prow_coverage/base/back_off.h"

#include <algorithm>
#include <cstdint>
#include <random>

namespace prow_coverage {

std::chrono::milliseconds BackOffCeiling(const BackOff& policy, int attempt) {
  auto ceiling = std::min(policy.initial, policy.max);
  // 63 doublings take any wait but zero past any maximum; `attempt` may be larger.
  for (int i = 0; i < std::min(attempt, 63) && ceiling < policy.max; ++i) {
    ceiling += std::min(ceiling, policy.max - ceiling);
  }
  return ceiling;
}

std::chrono::milliseconds FullJitter(const BackOff& policy, int attempt, double random) {
  const auto ceiling = static_cast<double>(BackOffCeiling(policy, attempt).count());
  return std::chrono::milliseconds(static_cast<std::int64_t>(ceiling * random));
}

double Random01() {
  thread_local std::mt19937_64 generator{std::random_device{}()};
  return std::uniform_real_distribution<double>(0.0, 1.0)(generator);
}

}  // namespace prow_coverage
