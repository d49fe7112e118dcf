#pragma once

#include <atomic>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/metrics/metrics.h"

namespace prow_coverage::inbox {

// Whether the database takes writes. One log line when it stops and one when it goes on, however
// many writes fail between. The writer thread reports; any thread asks.
class Health {
 public:
  Health(Clock& clock, Logger& logger, metrics::Metrics& metrics)
      : clock_(clock), logger_(logger), metrics_(metrics) {}

  void Failed(const Error& cause);
  void Worked();

  bool healthy() const { return healthy_.load(std::memory_order_relaxed); }

 private:
  Clock& clock_;
  Logger& logger_;
  metrics::Metrics& metrics_;
  // A hint for readiness that publishes no other data, so relaxed is enough.
  std::atomic<bool> healthy_{true};
  MonotonicTime failed_at_{};
};

}  // namespace prow_coverage::inbox
