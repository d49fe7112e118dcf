// The bounded queue beside a deque under a mutex, and how soon a sleeping worker wakes.

#include <atomic>
#include <deque>
#include <mutex>
#include <optional>
#include <thread>

#include <benchmark/benchmark.h>

#include "prow_coverage/queue/bounded_queue.h"
#include "prow_coverage/queue/worker_pool.h"

#include "support/recording_logger.h"

namespace prow_coverage::queue {
namespace {

constexpr std::size_t kCapacity = 1024;

class MutexQueue {
 public:
  explicit MutexQueue(std::size_t capacity) : capacity_(capacity) {}
  bool TryPush(std::uint64_t&& value) {
    const std::lock_guard lock(mutex_);
    if (values_.size() >= capacity_) return false;
    values_.push_back(value);
    return true;
  }
  std::optional<std::uint64_t> TryPop() {
    const std::lock_guard lock(mutex_);
    if (values_.empty()) return std::nullopt;
    const auto value = values_.front();
    values_.pop_front();
    return value;
  }

 private:
  const std::size_t capacity_;
  std::mutex mutex_;
  std::deque<std::uint64_t> values_;
};

// Half of the threads push, half pop; with one thread it does both.
template <class Queue>
void PushAndPop(benchmark::State& state) {
  static Queue queue(kCapacity);
  const bool both = state.threads() == 1;
  const bool producer = both || state.thread_index() % 2 == 0;
  for (auto _ : state) {
    if (producer) benchmark::DoNotOptimize(queue.TryPush(std::uint64_t{1}));
    if (!producer || both) benchmark::DoNotOptimize(queue.TryPop());
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(PushAndPop<BoundedQueue<std::uint64_t>>)->ThreadRange(1, 8)->UseRealTime();
BENCHMARK(PushAndPop<MutexQueue>)->ThreadRange(1, 8)->UseRealTime();

// From Submit to the first line of the work, of a worker that sleeps in epoll.
void WakeAWorker(benchmark::State& state) {
  testing::RecordingLogger logger;
  WorkerPool pool({.workers = 1}, logger);
  pool.Start();
  for (auto _ : state) {
    state.PauseTiming();
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    std::atomic<bool> ran{false};
    state.ResumeTiming();
    pool.Submit(*pool.TryClaim(), {"key", [&ran](std::size_t) -> Task<void> {
                                     ran.store(true);
                                     co_return;
                                   }});
    while (!ran.load()) std::this_thread::yield();
    while (!pool.Idle()) std::this_thread::yield();
  }
}
BENCHMARK(WakeAWorker)->Unit(benchmark::kMicrosecond)->UseRealTime()->Iterations(500);

}  // namespace
}  // namespace prow_coverage::queue
