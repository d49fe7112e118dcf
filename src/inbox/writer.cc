#include "writer.h"

#include <utility>

namespace prow_coverage::inbox {
namespace {

// Bounds one transaction, and with it the write-ahead log.
constexpr std::size_t kGroupOperations = 512;
constexpr std::size_t kGroupBytes = std::size_t{8} << 20;

constexpr auto kTick = std::chrono::seconds(1);

}  // namespace

Writer::Writer(std::unique_ptr<GroupCommitter> committer, const Options& options)
    : committer_(std::move(committer)),
      max_operations_(options.max_pending_writes),
      max_bytes_(options.max_pending_bytes),
      thread_([this] { Loop(); }) {}

Writer::~Writer() {
  {
    const MutexLock lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
}

bool Writer::Push(std::unique_ptr<Operation>& operation) {
  {
    const MutexLock lock(mutex_);
    const std::size_t bytes = operation->bytes();
    if (queue_.size() >= max_operations_) return false;
    if (!queue_.empty() && queued_bytes_ + bytes > max_bytes_) return false;
    queued_bytes_ += bytes;
    queue_.push_back(std::move(operation));
  }
  changed_.notify_one();
  return true;
}

void Writer::Loop() {
  auto next_tick = std::chrono::steady_clock::now() + kTick;
  while (true) {
    Group group = Take(next_tick);
    if (group.empty() && stopped()) return;
    if (!group.empty()) committer_->Run(std::move(group));
    const auto now = std::chrono::steady_clock::now();
    if (now < next_tick) continue;
    committer_->Tick();
    next_tick = std::chrono::steady_clock::now() + kTick;
  }
}

Group Writer::Take(std::chrono::steady_clock::time_point until) {
  const MutexLock lock(mutex_);
  while (queue_.empty() && !stopping_) {
    if (changed_.wait_until(mutex_, until) == std::cv_status::timeout) break;
  }
  Group group;
  std::size_t bytes = 0;
  while (!queue_.empty() && group.size() < kGroupOperations && bytes < kGroupBytes) {
    bytes += queue_.front()->bytes();
    group.push_back(std::move(queue_.front()));
    queue_.pop_front();
  }
  queued_bytes_ -= bytes;
  return group;
}

bool Writer::stopped() {
  const MutexLock lock(mutex_);
  return stopping_;
}

}  // namespace prow_coverage::inbox
