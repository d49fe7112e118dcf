#include "prow_coverage/queue/worker_pool.h"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <deque>
#include <stdexcept>
#include <system_error>
#include <thread>
#include <unordered_map>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <pthread.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "prow_coverage/queue/bounded_queue.h"

namespace prow_coverage::queue {

namespace asio = boost::asio;

struct WorkerPool::Shared {
  Shared(PoolOptions opts, Logger& log) : options(opts), logger(log) {}

  void Finished() {
    in_flight.fetch_sub(1, std::memory_order_relaxed);
    // Release: whoever sees zero (Idle) sees everything that the work has done.
    pending.fetch_sub(1, std::memory_order_release);
  }

  const PoolOptions options;
  Logger& logger;
  std::vector<std::unique_ptr<Worker>> workers;
  // Relaxed counters: bounds and gauges; the queue's tickets carry the data.
  std::atomic<std::size_t> claimed{0};    // slots given out, and work not yet popped
  std::atomic<std::size_t> in_flight{0};  // popped, not ended
  std::atomic<std::size_t> pending{0};    // submitted, not ended
  std::atomic<bool> closed{false};
};

class WorkerPool::Worker {
 public:
  Worker(std::size_t index, Shared& shared)
      : index_(index),
        shared_(shared),
        queue_(shared.options.queue_size),
        max_in_flight_(
            std::max<std::size_t>(1, shared.options.max_in_flight / shared.options.workers)),
        wake_(context_, ::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    if (!wake_.is_open()) throw std::system_error(errno, std::generic_category(), "eventfd");
  }

  ~Worker() { Stop(); }

  asio::io_context& context() { return context_; }

  void Start() {
    AwaitWake();
    thread_ = std::thread([this] {
      ::pthread_setname_np(::pthread_self(), ("worker-" + std::to_string(index_)).c_str());
      Run();
    });
  }

  void Push(Work work) {
    // Cannot be full: the pool gives out no more slots than one queue has cells.
    if (!queue_.TryPush(std::move(work))) throw std::logic_error("a claimed slot was not there");
    // Read-modify-write on both sides: either this sees `true` and wakes the worker, or the
    // worker's own exchange comes later and its look at the queue sees the element.
    if (sleeping_.exchange(false, std::memory_order_acq_rel)) Wake();
  }

  void Stop() {
    context_.stop();
    if (thread_.joinable()) thread_.join();
  }

 private:
  void Run() {
    while (true) {
      try {
        context_.run();
        return;
      } catch (const std::exception& e) {
        shared_.logger.Error("a worker's handler threw; the worker goes on",
                             {{"worker", index_}, {"error", e.what()}});
      }
    }
  }

  void Wake() {
    const std::uint64_t one = 1;
    // EAGAIN means that the counter is at its maximum: the worker is being woken anyway.
    [[maybe_unused]] const ssize_t n = ::write(wake_.native_handle(), &one, sizeof one);
  }

  void AwaitWake() {
    wake_.async_wait(
        asio::posix::stream_descriptor::wait_read, [this](const boost::system::error_code& error) {
          if (error) return;
          std::uint64_t count = 0;
          [[maybe_unused]] const ssize_t n = ::read(wake_.native_handle(), &count, sizeof count);
          AwaitWake();
          TakeAll();
        });
  }

  // Starts everything that is queued, up to the bound; then sleeps or leaves it to the next end.
  void TakeAll() {
    while (true) {
      while (in_flight_ < max_in_flight_) {
        auto work = queue_.TryPop();
        if (!work) break;
        shared_.claimed.fetch_sub(1, std::memory_order_relaxed);
        Take(std::move(*work));
      }
      if (in_flight_ >= max_in_flight_) return;
      sleeping_.exchange(true, std::memory_order_acq_rel);
      if (queue_.Empty() || !sleeping_.exchange(false, std::memory_order_acq_rel)) return;
    }
  }

  void Take(Work work) {
    ++in_flight_;
    shared_.in_flight.fetch_add(1, std::memory_order_relaxed);
    const auto [place, first] = by_key_.try_emplace(work.key);
    if (first) {
      Start(std::move(work));
    } else {
      place->second.push_back(std::move(work));
    }
  }

  void Start(Work work) {
    auto key = work.key;
    asio::co_spawn(context_, RunOne(std::move(work)),
                   [this, key = std::move(key)](std::exception_ptr thrown) {
                     if (thrown) LogThrown(thrown);
                     Ended(key);
                   });
  }

  // Keeps the closure alive for as long as its coroutine runs.
  Task<void> RunOne(Work work) { co_await work.run(index_); }

  void LogThrown(const std::exception_ptr& thrown) {
    try {
      std::rethrow_exception(thrown);
    } catch (const std::exception& e) {
      shared_.logger.Error("work ended with an exception", {{"error", e.what()}});
    }
  }

  void Ended(const std::string& key) {
    const auto place = by_key_.find(key);
    if (place->second.empty()) {
      by_key_.erase(place);
    } else {
      Work next = std::move(place->second.front());
      place->second.pop_front();
      Start(std::move(next));
    }
    const bool was_full = in_flight_-- >= max_in_flight_;
    shared_.Finished();
    if (was_full) TakeAll();
  }

  const std::size_t index_;
  Shared& shared_;
  BoundedQueue<Work> queue_;
  const std::size_t max_in_flight_;
  std::atomic<bool> sleeping_{true};
  // The worker's thread alone:
  std::size_t in_flight_ = 0;
  std::unordered_map<std::string, std::deque<Work>>
      by_key_;  // running keys and what waits for them
  asio::io_context context_{1};
  asio::posix::stream_descriptor wake_;
  asio::executor_work_guard<asio::io_context::executor_type> guard_{context_.get_executor()};
  std::thread thread_;
};

WorkerPool::Slot::~Slot() {
  if (pool_ != nullptr) pool_->shared_->claimed.fetch_sub(1, std::memory_order_relaxed);
}

WorkerPool::WorkerPool(PoolOptions options, Logger& logger)
    : shared_(std::make_unique<Shared>(options, logger)) {
  for (std::size_t i = 0; i < options.workers; ++i) {
    shared_->workers.push_back(std::make_unique<Worker>(i, *shared_));
  }
}

WorkerPool::~WorkerPool() { Stop(); }

boost::asio::io_context& WorkerPool::context(std::size_t worker) {
  return shared_->workers.at(worker)->context();
}

std::size_t WorkerPool::workers() const { return shared_->workers.size(); }

void WorkerPool::Start() {
  for (const auto& worker : shared_->workers) worker->Start();
}

std::optional<WorkerPool::Slot> WorkerPool::TryClaim() {
  if (shared_->closed.load(std::memory_order_acquire)) return std::nullopt;
  // One atomic step claims; a claim over the bound is given back.
  if (shared_->claimed.fetch_add(1, std::memory_order_relaxed) >= shared_->options.queue_size) {
    shared_->claimed.fetch_sub(1, std::memory_order_relaxed);
    return std::nullopt;
  }
  return Slot(this);
}

void WorkerPool::Submit(Slot slot, Work work) {
  slot.pool_ = nullptr;  // The claim now belongs to the work, until a worker pops it.
  shared_->pending.fetch_add(1, std::memory_order_relaxed);
  const std::size_t index = std::hash<std::string>{}(work.key) % shared_->workers.size();
  shared_->workers[index]->Push(std::move(work));
}

void WorkerPool::Close() { shared_->closed.store(true, std::memory_order_release); }

void WorkerPool::Stop() {
  Close();
  for (const auto& worker : shared_->workers) worker->Stop();
}

bool WorkerPool::Idle() const { return shared_->pending.load(std::memory_order_acquire) == 0; }

std::size_t WorkerPool::queue_size() const { return shared_->options.queue_size; }

std::size_t WorkerPool::queued() const { return shared_->claimed.load(std::memory_order_relaxed); }

std::size_t WorkerPool::in_flight() const {
  return shared_->in_flight.load(std::memory_order_relaxed);
}

}  // namespace prow_coverage::queue
