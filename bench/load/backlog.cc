#include <algorithm>
#include <chrono>
#include <thread>

#include "deliveries.h"
#include "filled_inbox.h"
#include "scenarios.h"
#include "support/pull_requests.h"

namespace prow_coverage::bench {
namespace {

using namespace std::chrono_literals;

constexpr int kDeliveries = 100000;
constexpr double kTakenUpSeconds = 5;
constexpr double kPeakMb = 64;
constexpr auto kWatched = 20s;

std::size_t JobsCreated(testing::World& world) {
  return world.Kube("GET", "/_sandbox/summary")["kube_objects"];
}

double Seconds(std::chrono::steady_clock::duration duration) {
  return std::chrono::duration<double>(duration).count();
}

// Seconds until `jobs` are there.
double AwaitJobs(testing::World& world, std::size_t jobs,
                 std::chrono::steady_clock::time_point begin) {
  const bool there = testing::Eventually([&] { return JobsCreated(world) >= jobs; });
  if (!there) throw std::runtime_error("the backlog is not taken up");
  return Seconds(std::chrono::steady_clock::now() - begin);
}

}  // namespace

void MeasureBacklog(Bench& bench) {
  const int count = static_cast<int>(kDeliveries * bench.scale);
  const std::string inbox = (bench.world.dir().path() / "backlog.db").string();
  const std::string body = Deliveries::PayloadTemplate({});
  FillWithUnfinished(inbox, kFirstNumber, count,
                     {body, Deliveries::kNumberMark, Deliveries::kHeadMark});
  testing::PutPulls(bench.world, kFirstNumber, kFirstNumber + count - 1);

  const auto begin = std::chrono::steady_clock::now();
  const auto daemon = bench.world.StartDaemon({"--inbox=" + inbox});
  const double first = AwaitJobs(bench.world, 1, begin);
  bench.table.Add({"exec to the first job of the backlog", first, "s", kTakenUpSeconds, {}});
  const auto taken_up = static_cast<double>(daemon->PeakResidentBytes()) / 1e6;
  bench.table.Add({"resident, at most, until then", taken_up, "MB", kPeakMb, {}});
  std::this_thread::sleep_for(kWatched * bench.scale);
  const double rate = static_cast<double>(JobsCreated(bench.world)) /
                      Seconds(std::chrono::steady_clock::now() - begin);
  bench.table.Add({"jobs of the backlog created, over 20 s", rate, "/s", {}, {}});
  const auto peak = static_cast<double>(daemon->PeakResidentBytes()) / 1e6;
  // All of those are live jobs by then, which the reporter follows.
  bench.table.Add({"resident, at most, with those jobs", peak, "MB", {}, {}});
}

}  // namespace prow_coverage::bench
