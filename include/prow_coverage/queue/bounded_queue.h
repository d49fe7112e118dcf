#pragma once

#include <atomic>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <new>
#include <optional>
#include <type_traits>
#include <utility>

namespace prow_coverage::queue {

// A bounded queue for any number of producers and consumers without a lock: neither call ever waits
// for another thread, and "full" and "empty" are values. FIFO for one producer and one consumer.
//
// A ring of cells, each with a ticket that says whose turn it is (D. Vyukov's bounded MPMC queue).
// Chosen over boost::lockfree::queue, which takes only trivially copyable elements; `make bench`
// compares the two and a mutex-guarded deque.
//
// Thread-safe, but for construction and destruction.
template <class T>
class BoundedQueue {
  static_assert(std::is_nothrow_move_constructible_v<T>, "a throwing move would lose the cell");

 public:
  // Capacity is `capacity` rounded up to a power of two, at least 2.
  explicit BoundedQueue(std::size_t capacity)
      : mask_(std::bit_ceil(capacity < 2 ? 2 : capacity) - 1),
        cells_(std::make_unique<Cell[]>(mask_ + 1)) {
    for (std::size_t i = 0; i <= mask_; ++i) {
      cells_[i].ticket.store(i, std::memory_order_relaxed);
    }
  }

  ~BoundedQueue() {
    while (TryPop()) {
    }
  }

  BoundedQueue(const BoundedQueue&) = delete;
  BoundedQueue& operator=(const BoundedQueue&) = delete;

  // False when the queue is full; `value` is then untouched.
  [[nodiscard]] bool TryPush(T&& value) {
    // Relaxed: the position is only a claim; the cell's ticket carries the data (below).
    std::size_t position = tail_.load(std::memory_order_relaxed);
    while (true) {
      Cell& cell = cells_[position & mask_];
      // Acquire: pairs with TryPop's release, so that the old element's destruction is over.
      const std::size_t ticket = cell.ticket.load(std::memory_order_acquire);
      const auto turn = static_cast<std::intptr_t>(ticket - position);
      if (turn < 0) return false;
      if (turn > 0) {
        position = tail_.load(std::memory_order_relaxed);
      } else if (tail_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
        ::new (static_cast<void*>(cell.storage)) T(std::move(value));
        // Release: publishes the element to the consumer that reads this ticket.
        cell.ticket.store(position + 1, std::memory_order_release);
        return true;
      }
    }
  }

  [[nodiscard]] std::optional<T> TryPop() {
    std::size_t position = head_.load(std::memory_order_relaxed);
    while (true) {
      Cell& cell = cells_[position & mask_];
      // Acquire: pairs with TryPush's release.
      const std::size_t ticket = cell.ticket.load(std::memory_order_acquire);
      const auto turn = static_cast<std::intptr_t>(ticket - (position + 1));
      if (turn < 0) return std::nullopt;
      if (turn > 0) {
        position = head_.load(std::memory_order_relaxed);
      } else if (head_.compare_exchange_weak(position, position + 1, std::memory_order_relaxed)) {
        T* element = std::launder(reinterpret_cast<T*>(cell.storage));
        std::optional<T> value(std::move(*element));
        element->~T();
        // Release: hands the empty cell to the producer of the next lap.
        cell.ticket.store(position + mask_ + 1, std::memory_order_release);
        return value;
      }
    }
  }

  // True when nothing was there at the moment of the call.
  [[nodiscard]] bool Empty() const {
    const std::size_t position = head_.load(std::memory_order_relaxed);
    const Cell& cell = cells_[position & mask_];
    return static_cast<std::intptr_t>(cell.ticket.load(std::memory_order_acquire) -
                                      (position + 1)) < 0;
  }

  [[nodiscard]] std::size_t capacity() const { return mask_ + 1; }

 private:
  // Two lines of 64 bytes: the neighbour-line prefetcher of x86 pulls pairs.
  static constexpr std::size_t kApart = 128;

  struct Cell {
    std::atomic<std::size_t> ticket;
    alignas(T) std::byte storage[sizeof(T)];
  };

  const std::size_t mask_;
  const std::unique_ptr<Cell[]> cells_;
  alignas(kApart) std::atomic<std::size_t> tail_{0};  // next to push
  alignas(kApart) std::atomic<std::size_t> head_{0};  // next to pop
};

}  // namespace prow_coverage::queue
