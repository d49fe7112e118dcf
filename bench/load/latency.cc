#include "deliveries.h"
#include "generator.h"
#include "scenarios.h"
#include "support/pull_requests.h"

namespace prow_coverage::bench {
namespace {

constexpr double kRate = 500;
constexpr double kSeconds = 15;
constexpr double kP99Ms = 15;

void MeasureAtRate(Bench& bench, const std::string& what) {
  const auto count = static_cast<std::size_t>(kRate * kSeconds * bench.scale);
  const Deliveries deliveries({}, kFirstNumber, count);
  const auto daemon = bench.world.StartDaemon({"--queue-size=65536"});
  const auto outcome = Send(testing::WebhookPort(*daemon), deliveries, {.rate = kRate});
  bench.table.Add({what + ", answered p50", outcome.percentile(0.5), "ms", {}, {}});
  bench.table.Add({what + ", answered p99", outcome.percentile(0.99), "ms", kP99Ms, {}});
}

}  // namespace

void MeasureLatency(Bench& bench) {
  const int pulls = static_cast<int>(kRate * kSeconds * bench.scale);
  testing::PutPulls(bench.world, kFirstNumber, kFirstNumber + pulls - 1);
  MeasureAtRate(bench, "each turned into a job meanwhile");
  bench.world.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}});
  MeasureAtRate(bench, "stored alone, GitHub never answers");
}

}  // namespace prow_coverage::bench
