#include <chrono>
#include <stdexcept>
#include <thread>

#include "deliveries.h"
#include "generator.h"
#include "scenarios.h"
#include "support/pull_requests.h"

namespace prow_coverage::bench {
namespace {

constexpr double kAcceptingMicros = 60;  // CPU us of an event that is accepted and ignored
constexpr double kStoringMicros = 60;    // what storing may add
constexpr double kJobMicros = 600;

// Another repository's events are not ours only where a configuration says which are.
constexpr const char* kConfig = R"(defaults: {namespace: jobs, image: "quay.io/x/y:z"}
repos:
  kubevirt/project-infra: {testPackages: ./...}
)";

struct Load {
  const char* name;
  DeliveryKind kind;
  std::size_t count;
  int status;  // of every answer
  std::vector<std::string> flags;
};

double CpuMicros(const testing::Process& daemon) { return daemon.CpuSeconds() * 1e6; }

Outcome SendAll(const testing::Process& daemon, const Load& load, const Deliveries& deliveries) {
  auto outcome = Send(testing::WebhookPort(daemon), deliveries, {});
  if (outcome.statuses[load.status] != deliveries.size()) {
    throw std::runtime_error(std::string(load.name) + ": not every answer was " +
                             std::to_string(load.status));
  }
  return outcome;
}

LoadRow ToRow(const Load& load, const Outcome& outcome, double cpu_micros,
              const testing::Process& daemon) {
  LoadRow row;
  row.name = load.name;
  row.per_second = outcome.per_second();
  row.cpu_micros = cpu_micros / static_cast<double>(outcome.milliseconds.size());
  row.p50_ms = outcome.percentile(0.5);
  row.p99_ms = outcome.percentile(0.99);
  row.peak_mb = static_cast<double>(daemon.PeakResidentBytes()) / 1e6;
  return row;
}

Deliveries Prepare(const Bench& bench, const Load& load) {
  const auto count = static_cast<double>(load.count) * bench.scale;
  return {load.kind, kFirstNumber, static_cast<std::size_t>(count)};
}

LoadRow MeasureAnswers(Bench& bench, const Load& load) {
  const auto deliveries = Prepare(bench, load);
  const auto daemon = bench.world.StartDaemon(load.flags);
  const double before = CpuMicros(*daemon);
  const auto outcome = SendAll(*daemon, load, deliveries);
  return ToRow(load, outcome, CpuMicros(*daemon) - before, *daemon);
}

void AwaitStatuses(testing::World& world, std::size_t count) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(5);
  while (world.GitHub("GET", "/_sandbox/summary")["statuses"].get<std::size_t>() < count) {
    if (std::chrono::steady_clock::now() > deadline) {
      throw std::runtime_error("some jobs have no status");
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
  }
}

// All that is done for an event until its status is set; the last status ends the clock.
void MeasureJobs(Bench& bench) {
  const Load load{"turned into a job (five calls)", {}, 4000, 200, {}};
  const auto deliveries = Prepare(bench, load);
  testing::PutPulls(bench.world, kFirstNumber,
                    kFirstNumber + static_cast<int>(deliveries.size()) - 1);
  const auto daemon = bench.world.StartDaemon(load.flags);
  daemon->AwaitErr("this replica reports");  // the daemon before may have left a Lease behind
  const double before = CpuMicros(*daemon);
  const auto start = std::chrono::steady_clock::now();
  const auto outcome = SendAll(*daemon, load, deliveries);
  AwaitStatuses(bench.world, deliveries.size());
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  auto row = ToRow(load, outcome, CpuMicros(*daemon) - before, *daemon);
  row.cpu_at_most = kJobMicros;
  bench.table.Add(row);
  const double jobs = static_cast<double>(deliveries.size()) / took.count();
  bench.table.Add(
      {"jobs created, with their statuses, from the first delivery on", jobs, "/s", {}, 1000.0});
}

}  // namespace

void MeasureThroughput(Bench& bench) {
  const auto config = bench.world.dir().Write("jobs.yaml", kConfig).string();
  const auto hang = nlohmann::json{{"target", "github"}, {"kind", "hang"}};
  const Load ignored{"ignored: action not handled", {.action = "labeled"}, 30000, 200, {}};
  const Load elsewhere{"ignored: repository not configured",
                       {.repository = "somebody/else"},
                       30000,
                       200,
                       {"--config=" + config}};
  const Load refused{"refused: bad signature", {.well_signed = false}, 30000, 403, {}};
  // Stored, and that is all: what storing adds to accepting the same event.
  const Load kept{
      "stored: --inbox-keep-ignored", {.action = "labeled"}, 10000, 200, {"--inbox-keep-ignored"}};
  const Load stored{"stored, in hand; GitHub never answers", {}, 4000, 200, {"--queue-size=65536"}};

  bench.table.LoadHeader();
  auto accepting = MeasureAnswers(bench, ignored);
  accepting.cpu_at_most = kAcceptingMicros;
  bench.table.Add(accepting);
  auto not_configured = MeasureAnswers(bench, elsewhere);
  not_configured.cpu_at_most = kAcceptingMicros;
  bench.table.Add(not_configured);
  bench.table.Add(MeasureAnswers(bench, refused));
  auto storing = MeasureAnswers(bench, kept);
  storing.cpu_at_most = accepting.cpu_micros + kStoringMicros;
  bench.table.Add(storing);
  bench.world.GitHub("POST", "/_sandbox/faults", hang);
  bench.table.Add(MeasureAnswers(bench, stored));
  bench.world.GitHub("DELETE", "/_sandbox/faults");
  MeasureJobs(bench);
}

}  // namespace prow_coverage::bench
