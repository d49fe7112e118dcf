#include <algorithm>
#include <chrono>
#include <csignal>
#include <stdexcept>
#include <thread>

#include "deliveries.h"
#include "generator.h"
#include "scenarios.h"
#include "support/pull_requests.h"

namespace prow_coverage::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kChanges = 200;
constexpr double kStatusMs = 100;
constexpr double kLiveJobs = 10000;
constexpr double kLiveMb = 60;
constexpr double kRelistCpu = 1;
const std::string kJobs = "/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs/";

int Posted(testing::World& world) {
  return world.GitHub("GET", "/_sandbox/summary")["statuses"].get<int>();
}

void AwaitPosted(testing::World& world, int count) {
  const auto posted = [&] { return Posted(world) >= count; };
  if (!testing::Eventually(posted, 120s)) throw std::runtime_error("the statuses do not come");
}

// From the change of a job until GitHub has the status: a pod is lost, and its build ID changes.
void MeasureChanges(Bench& bench) {
  const auto daemon = bench.world.StartDaemon();
  testing::PutPulls(bench.world, kFirstNumber, kFirstNumber);
  const Deliveries one({}, kFirstNumber, 1);
  static_cast<void>(Send(testing::WebhookPort(*daemon), one, {}));
  AwaitPosted(bench.world, 1);
  const std::string job = bench.world.Jobs()[0]["metadata"]["name"];
  std::vector<double> took;
  for (int i = 1; i <= static_cast<int>(kChanges * bench.scale); ++i) {
    const auto begun = std::chrono::steady_clock::now();
    bench.world.Kube("PATCH", kJobs + job,
                     {{"status", {{"state", "pending"}, {"build_id", std::to_string(i)}}}});
    AwaitPosted(bench.world, 1 + i);
    const std::chrono::duration<double, std::milli> passed =
        std::chrono::steady_clock::now() - begun;
    took.push_back(passed.count());
  }
  std::sort(took.begin(), took.end());
  bench.table.Add({"a job changes to its status, p50", took[took.size() / 2], "ms", kStatusMs, {}});
  bench.table.Add({"a job changes to its status, worst", took.back(), "ms", kStatusMs, {}});
}

int Lists(const testing::Process& daemon) {
  const std::string log = daemon.Err();
  int count = 0;
  for (std::size_t at = 0; (at = log.find("list of coverage jobs is complete", at)) != log.npos;
       ++at) {
    ++count;
  }
  return count;
}

// Makes them, and tells their first statuses.
void MakeLiveJobs(Bench& bench, int jobs, const std::string& inbox) {
  testing::PutPulls(bench.world, kFirstNumber + 1, kFirstNumber + jobs);
  const auto daemon = bench.world.StartDaemon({"--queue-size=65536", inbox});
  const int before = Posted(bench.world);
  const Deliveries deliveries({}, kFirstNumber + 1, static_cast<std::size_t>(jobs));
  static_cast<void>(Send(testing::WebhookPort(*daemon), deliveries, {}));
  AwaitPosted(bench.world, before + jobs);
  daemon->Signal(SIGTERM);
  daemon->Wait();
}

void AwaitList(const testing::Process& daemon, int count) {
  if (!testing::Eventually([&] { return Lists(daemon) >= count; })) {
    throw std::runtime_error("the jobs are not listed");
  }
  std::this_thread::sleep_for(2s);
}

double ResidentWithoutJobs(Bench& bench) {
  const auto daemon = bench.world.StartDaemon({"--no-report"});
  return static_cast<double>(daemon->ResidentBytes()) / 1e6;
}

void MeasureLiveJobs(Bench& bench) {
  const std::string inbox = "--inbox=" + (bench.world.dir().path() / "live.db").string();
  MakeLiveJobs(bench, static_cast<int>(kLiveJobs * bench.scale), inbox);
  const double alone = ResidentWithoutJobs(bench);
  const auto daemon = bench.world.StartDaemon({inbox});
  AwaitList(*daemon, 1);
  const auto resident = static_cast<double>(daemon->ResidentBytes()) / 1e6 - alone;
  bench.table.Add({"10,000 live jobs, resident beyond none", resident, "MB", kLiveMb, {}});
  const double used = daemon->CpuSeconds();
  for (const char* order : {"compact", "cut-watches"}) {
    bench.world.GitHub("POST", std::string("/_sandbox/kube/") + order);
  }
  AwaitList(*daemon, 2);
  bench.table.Add({"10,000 jobs listed again, CPU of the daemon",
                   daemon->CpuSeconds() - used,
                   "s",
                   kRelistCpu,
                   {}});
}

}  // namespace

void MeasureReport(Bench& bench) {
  MeasureChanges(bench);
  MeasureLiveJobs(bench);
}

}  // namespace prow_coverage::bench
