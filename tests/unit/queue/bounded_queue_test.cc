#include "prow_coverage/queue/bounded_queue.h"

#include <memory>
#include <numeric>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace prow_coverage::queue {
namespace {

TEST(BoundedQueue, KeepsTheOrderOfOneProducer) {
  BoundedQueue<int> queue(8);
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(queue.TryPush(int{i}));
  for (int i = 0; i < 5; ++i) EXPECT_EQ(queue.TryPop(), i);
  EXPECT_EQ(queue.TryPop(), std::nullopt);
}

TEST(BoundedQueue, RoundsItsCapacityUpToAPowerOfTwo) {
  EXPECT_EQ(BoundedQueue<int>(0).capacity(), 2u);
  EXPECT_EQ(BoundedQueue<int>(5).capacity(), 8u);
  EXPECT_EQ(BoundedQueue<int>(8).capacity(), 8u);
}

TEST(BoundedQueue, RefusesWhatDoesNotFitAndLeavesItWithTheCaller) {
  BoundedQueue<std::unique_ptr<int>> queue(2);
  ASSERT_TRUE(queue.TryPush(std::make_unique<int>(1)));
  ASSERT_TRUE(queue.TryPush(std::make_unique<int>(2)));
  auto third = std::make_unique<int>(3);
  EXPECT_FALSE(queue.TryPush(std::move(third)));
  ASSERT_NE(third, nullptr);
  EXPECT_EQ(*third, 3);
}

TEST(BoundedQueue, WorksOverManyLaps) {
  BoundedQueue<int> queue(4);
  for (int i = 0; i < 1000; ++i) {
    ASSERT_TRUE(queue.TryPush(int{i}));
    ASSERT_FALSE(queue.Empty());
    ASSERT_EQ(queue.TryPop(), i);
    ASSERT_TRUE(queue.Empty());
  }
}

TEST(BoundedQueue, DestroysWhatIsLeft) {
  auto element = std::make_shared<int>(1);
  {
    BoundedQueue<std::shared_ptr<int>> queue(4);
    ASSERT_TRUE(queue.TryPush(std::shared_ptr<int>(element)));
    EXPECT_EQ(element.use_count(), 2);
  }
  EXPECT_EQ(element.use_count(), 1);
}

// The oracle: whatever the interleaving, every element comes out once, and the elements of one
// producer come to each consumer in their order.
TEST(BoundedQueue, DeliversEveryElementOnceUnderContention) {
  constexpr int kProducers = 3;
  constexpr int kConsumers = 3;
  constexpr int kEach = 20000;
  BoundedQueue<std::pair<int, int>> queue(64);
  std::atomic<int> left{kProducers * kEach};
  std::vector<std::vector<std::pair<int, int>>> seen(kConsumers);
  std::vector<std::thread> threads;
  for (int p = 0; p < kProducers; ++p) {
    threads.emplace_back([&, p] {
      for (int i = 0; i < kEach; ++i) {
        while (!queue.TryPush({p, i})) std::this_thread::yield();
      }
    });
  }
  for (int c = 0; c < kConsumers; ++c) {
    threads.emplace_back([&, c] {
      while (left.load() > 0) {
        if (auto element = queue.TryPop()) {
          seen[c].push_back(*element);
          left.fetch_sub(1);
        } else {
          std::this_thread::yield();
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();

  std::vector<int> count(kProducers * kEach, 0);
  for (const auto& elements : seen) {
    std::vector<int> last(kProducers, -1);
    for (const auto& [producer, i] : elements) {
      ASSERT_LT(last[producer], i);
      last[producer] = i;
      ++count[producer * kEach + i];
    }
  }
  EXPECT_EQ(std::count(count.begin(), count.end(), 1), kProducers * kEach);
}

}  // namespace
}  // namespace prow_coverage::queue
