#include "prow_coverage/queue/worker_pool.h"

#include <atomic>
#include <map>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/this_coro.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <gtest/gtest.h>

#include "support/recording_logger.h"

namespace prow_coverage::queue {
namespace {

using testing::RecordingLogger;
using namespace std::chrono_literals;

bool BecomesIdle(const WorkerPool& pool) {
  const auto deadline = std::chrono::steady_clock::now() + 20s;  // only a failure uses it up
  while (!pool.Idle() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  return pool.Idle();
}

// A gate that work waits at, on its worker's executor, without holding the thread.
class Gate {
 public:
  Task<void> Wait() {
    boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor);
    while (!open_.load()) {
      timer.expires_after(1ms);
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
  }
  void Open() { open_.store(true); }

 private:
  std::atomic<bool> open_{false};
};

bool Submit(WorkerPool& pool, std::string key, std::function<Task<void>(std::size_t)> run) {
  auto slot = pool.TryClaim();
  if (!slot) return false;
  pool.Submit(std::move(*slot), {std::move(key), std::move(run)});
  return true;
}

TEST(WorkerPool, RunsEveryPieceOfWork) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 3, .queue_size = 4096}, logger);
  pool.Start();
  std::atomic<int> ran{0};
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(Submit(pool, std::to_string(i), [&](std::size_t) -> Task<void> {
      ++ran;
      co_return;
    }));
  }
  EXPECT_TRUE(BecomesIdle(pool));
  EXPECT_EQ(ran, 1000);
  EXPECT_EQ(pool.queued(), 0u);
  EXPECT_EQ(pool.in_flight(), 0u);
}

TEST(WorkerPool, RunsWorkOfOneKeyInTheOrderOfSubmission) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 2}, logger);
  pool.Start();
  std::mutex mutex;
  std::map<std::string, std::vector<int>> order;
  for (int i = 0; i < 300; ++i) {
    const std::string key = "pull-" + std::to_string(i % 7);
    ASSERT_TRUE(Submit(pool, key, [&, key, i](std::size_t) -> Task<void> {
      // The earlier a piece, the longer it takes: without the order they would overtake.
      boost::asio::steady_timer timer(co_await boost::asio::this_coro::executor,
                                      std::chrono::microseconds(300 - i));
      co_await timer.async_wait(boost::asio::use_awaitable);
      const std::lock_guard lock(mutex);
      order[key].push_back(i);
    }));
  }
  ASSERT_TRUE(BecomesIdle(pool));
  for (const auto& [key, numbers] : order) {
    SCOPED_TRACE(key);
    EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  }
}

TEST(WorkerPool, LetsAThousandPiecesWaitOnOneThread) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 1}, logger);
  pool.Start();
  Gate gate;
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(Submit(pool, std::to_string(i), [&](std::size_t) { return gate.Wait(); }));
  }
  while (pool.in_flight() < 1000) std::this_thread::yield();
  gate.Open();
  EXPECT_TRUE(BecomesIdle(pool));
}

TEST(WorkerPool, GivesOutNoMoreSlotsThanTheQueueHolds) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 1, .queue_size = 4}, logger);
  std::vector<WorkerPool::Slot> slots;
  for (int i = 0; i < 4; ++i) slots.push_back(*pool.TryClaim());
  EXPECT_FALSE(pool.TryClaim().has_value());
  slots.pop_back();
  EXPECT_TRUE(pool.TryClaim().has_value());
}

TEST(WorkerPool, LeavesInTheQueueWhatIsOverTheInFlightBound) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 1, .queue_size = 64, .max_in_flight = 3}, logger);
  pool.Start();
  Gate gate;
  std::atomic<int> ran{0};
  for (int i = 0; i < 10; ++i) {
    ASSERT_TRUE(Submit(pool, std::to_string(i), [&](std::size_t) -> Task<void> {
      co_await gate.Wait();
      ++ran;
    }));
  }
  while (pool.queued() != 7) std::this_thread::yield();
  EXPECT_EQ(pool.in_flight(), 3u);
  gate.Open();
  EXPECT_TRUE(BecomesIdle(pool));
  EXPECT_EQ(ran, 10);
}

TEST(WorkerPool, TakesNothingMoreAfterClose) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 1}, logger);
  pool.Start();
  pool.Close();
  EXPECT_FALSE(pool.TryClaim().has_value());
}

TEST(WorkerPool, IsNotIdleWhileWorkIsSuspended) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 1}, logger);
  pool.Start();
  Gate gate;
  ASSERT_TRUE(Submit(pool, "a", [&](std::size_t) { return gate.Wait(); }));
  while (pool.in_flight() == 0) std::this_thread::yield();
  EXPECT_FALSE(pool.Idle());
  gate.Open();
  EXPECT_TRUE(BecomesIdle(pool));
}

TEST(WorkerPool, GoesOnAfterWorkThatThrew) {
  RecordingLogger logger;
  WorkerPool pool({.workers = 1}, logger);
  pool.Start();
  ASSERT_TRUE(Submit(pool, "a", [](std::size_t) -> Task<void> {
    throw std::runtime_error("broken");
    co_return;
  }));
  std::atomic<bool> ran{false};
  ASSERT_TRUE(Submit(pool, "a", [&](std::size_t) -> Task<void> {
    ran = true;
    co_return;
  }));
  EXPECT_TRUE(BecomesIdle(pool));
  EXPECT_TRUE(ran);
  EXPECT_TRUE(logger.Has("work ended with an exception"));
}

TEST(WorkerPool, CanBeStoppedWithWorkSuspended) {
  RecordingLogger logger;
  Gate gate;
  auto held = std::make_shared<int>(1);
  {
    WorkerPool pool({.workers = 1}, logger);
    pool.Start();
    ASSERT_TRUE(Submit(pool, "a", [&gate, held](std::size_t) { return gate.Wait(); }));
    while (pool.in_flight() == 0) std::this_thread::yield();
    pool.Stop();
  }
  EXPECT_EQ(held.use_count(), 1) << "the suspended work was not destroyed";
}

}  // namespace
}  // namespace prow_coverage::queue
