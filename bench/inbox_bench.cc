#include <stdexcept>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>

#include "prow_coverage/inbox/inbox.h"
#include "prow_coverage/inbox/reader.h"

#include "filled_inbox.h"
#include "support/recording_logger.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace prow_coverage::inbox {
namespace {

constexpr int kCallers = 32;

// An inbox in a file under TMPDIR.
struct Store {
  testing::TempDir directory;
  std::unique_ptr<Clock> clock = MakeSystemClock();
  testing::RecordingLogger logger;
  std::unique_ptr<metrics::Metrics> metrics = metrics::MakePrometheusMetrics();
  Options options;
  std::unique_ptr<Inbox> inbox;

  Store() { options.path = directory.path() / "inbox.db"; }
  void Open() {
    inbox.reset();  // it has one owner at a time
    inbox = inbox::Open(options, *clock, logger, *metrics).value();
  }
};

NewDelivery MakeDelivery(std::int64_t number) {
  NewDelivery delivery;
  delivery.guid = "72d3162e-cc78-11e3-81ab-" + std::to_string(number * 2654435761 % 1000000007);
  delivery.event_type = "pull_request";
  delivery.action = "synchronize";
  delivery.org = "kubevirt";
  delivery.repo = "kubevirt";
  delivery.number = number % 500;
  delivery.head_sha = std::string(40, 'a');
  static const std::string payload = testing::TestData("payloads/pull_request.opened.json");
  delivery.body = payload;
  return delivery;
}

// CPU time of all threads for one delivery stored by one of 32 concurrent callers.
void BM_Store(benchmark::State& state) {
  constexpr int kEach = 50;
  Store store;
  store.Open();
  boost::asio::io_context context;
  std::int64_t number = 0;
  for (auto _ : state) {
    state.PauseTiming();  // the body comes from the network
    std::vector<NewDelivery> arriving;
    for (int i = 0; i < kCallers * kEach; ++i) arriving.push_back(MakeDelivery(++number));
    state.ResumeTiming();
    for (int caller = 0; caller < kCallers; ++caller) {
      boost::asio::co_spawn(
          context,
          [&, caller]() -> Task<void> {
            for (int i = 0; i < kEach; ++i) {
              NewDelivery& delivery = arriving[static_cast<std::size_t>(caller * kEach + i)];
              auto stored = co_await store.inbox->Store(std::move(delivery));
              if (!stored) throw std::runtime_error(stored.error().message);
            }
          },
          boost::asio::detached);
    }
    context.restart();
    context.run();
  }
  state.SetItemsProcessed(number);
  state.counters["cpu_per_delivery"] = benchmark::Counter(
      static_cast<double>(number), benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
}
BENCHMARK(BM_Store)->MeasureProcessCPUTime()->Unit(benchmark::kMillisecond);

// `deliveries list` on a million rows, for filters from everything to nothing.
void BM_ListMillion(benchmark::State& state) {
  static Store store;
  static const bool filled = (bench::FillWithEnded(store.options.path, 1000000), true);
  benchmark::DoNotOptimize(filled);
  Filter filter;
  switch (state.range(0)) {
    case 1:
      filter.state = State::kDead;
      break;
    case 2:
      filter.org = "kubevirt";
      filter.repo = "repository-3";
      filter.number = 13;
      break;
    case 3:
      filter.org = "kubevirt";
      filter.repo = "no-such-repository";
      filter.state = State::kDone;
      break;
  }
  for (auto _ : state) {
    auto reader = OpenReader(store.options.path).value();
    benchmark::DoNotOptimize(reader->List(filter).value());
  }
}
BENCHMARK(BM_ListMillion)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

// Opening an inbox with 100,000 deliveries under way and reading all of them, in pages.
void BM_TakeUpHundredThousand(benchmark::State& state) {
  Store store;
  bench::FillWithUnfinished(store.options.path, 1, 100000, {});
  boost::asio::io_context context;
  for (auto _ : state) {
    store.Open();
    std::size_t seen = 0;
    for (std::int64_t after = 0;;) {
      auto task = store.inbox->Due(store.clock->Now() + std::chrono::hours(24 * 365), after, 500);
      const auto page = testing::RunTask(context, std::move(task)).value();
      if (page.empty()) break;
      after = page.back().id;
      seen += page.size();
    }
    if (seen != 100000) throw std::runtime_error("deliveries are missing");
  }
}
BENCHMARK(BM_TakeUpHundredThousand)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace prow_coverage::inbox
