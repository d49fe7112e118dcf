#include "health.h"

namespace prow_coverage::inbox {

void Health::Failed(const Error& cause) {
  metrics_.Add(metrics::Metric::kInboxErrors, {});
  if (!healthy()) return;
  healthy_.store(false, std::memory_order_relaxed);
  failed_at_ = clock_.Monotonic();
  logger_.Error("the inbox is out of order; deliveries are refused until it takes writes again",
                {{"error", cause.message}});
}

void Health::Worked() {
  if (healthy()) return;
  healthy_.store(true, std::memory_order_relaxed);
  const auto outage =
      std::chrono::duration_cast<std::chrono::seconds>(clock_.Monotonic() - failed_at_);
  logger_.Info("the inbox takes writes again", {{"seconds", outage.count()}});
}

}  // namespace prow_coverage::inbox
