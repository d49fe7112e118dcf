#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/io_context.hpp>

#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"

namespace prow_coverage::queue {

// One piece of work, run on the thread of worker number `worker`.
struct Work {
  std::string key;  // pieces of one key run one after the other, in the order of submission
  std::function<Task<void>(std::size_t worker)> run;
};

struct PoolOptions {
  std::size_t workers = 2;
  std::size_t queue_size = 4096;     // pieces between submission and a worker
  std::size_t max_in_flight = 4096;  // pieces that have begun or wait behind one of their key
};

// N threads, each with an io_context of its own and a lock-free queue before it; a piece of work is
// a coroutine, so a thousand of them can wait for a remote answer on one thread. A key always lands
// on the same worker, which is what keeps the order without a lock.
//
// A sleeping worker waits in epoll for its eventfd; a producer writes to it only when the worker
// has said that it sleeps, so a busy pool makes no system call a push.
class WorkerPool {
 public:
  // A place in the queue, claimed before the work is known (and given back when it is dropped).
  class Slot {
   public:
    Slot(Slot&& other) noexcept : pool_(std::exchange(other.pool_, nullptr)) {}
    Slot& operator=(Slot&&) = delete;
    ~Slot();

   private:
    friend class WorkerPool;
    explicit Slot(WorkerPool* pool) : pool_(pool) {}
    WorkerPool* pool_;
  };

  WorkerPool(PoolOptions options, Logger& logger);
  // Stops (see Stop) when nobody did.
  ~WorkerPool();
  WorkerPool(const WorkerPool&) = delete;
  WorkerPool& operator=(const WorkerPool&) = delete;

  // For building a worker's own clients, before Start.
  [[nodiscard]] boost::asio::io_context& context(std::size_t worker);
  [[nodiscard]] std::size_t workers() const;

  void Start();

  // nullopt when `queue_size` slots are taken, or after Close. Thread-safe, lock-free.
  [[nodiscard]] std::optional<Slot> TryClaim();

  // Never fails: the place is there. Thread-safe, lock-free. Work of an exception that escapes
  // `run` is logged and dropped.
  void Submit(Slot slot, Work work);

  // No slot is given out from now on. Thread-safe.
  void Close();

  // Ends the threads; work that is suspended stays so and is destroyed with the pool. Idempotent.
  void Stop();

  // True when every piece of work that was submitted has ended.
  [[nodiscard]] bool Idle() const;

  [[nodiscard]] std::size_t queue_size() const;
  [[nodiscard]] std::size_t queued() const;
  [[nodiscard]] std::size_t in_flight() const;

 private:
  class Worker;
  struct Shared;

  std::unique_ptr<Shared> shared_;
};

}  // namespace prow_coverage::queue
