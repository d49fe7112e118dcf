#pragma once

#include <condition_variable>
#include <deque>
#include <memory>
#include <thread>

#include "prow_coverage/base/mutex.h"

#include "group_committer.h"

namespace prow_coverage::inbox {

// The writer thread with its bounded queue. Whatever is handed in while one group is being
// committed makes up the next one. Thread-safe.
class Writer {
 public:
  Writer(std::unique_ptr<GroupCommitter> committer, const Options& options);
  // Commits what was handed in.
  ~Writer();
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Takes `operation`, or leaves it and answers false when the queue is full.
  bool Push(std::unique_ptr<Operation>& operation);

  bool healthy() const { return committer_->healthy(); }

 private:
  void Loop();
  // Waits for work until `until`; empty when there is none.
  Group Take(std::chrono::steady_clock::time_point until);
  bool stopped();

  const std::unique_ptr<GroupCommitter> committer_;
  const std::size_t max_operations_;
  const std::size_t max_bytes_;
  Mutex mutex_;
  std::condition_variable_any changed_;
  std::deque<std::unique_ptr<Operation>> queue_ GUARDED_BY(mutex_);
  std::size_t queued_bytes_ GUARDED_BY(mutex_) = 0;
  bool stopping_ GUARDED_BY(mutex_) = false;
  std::thread thread_;  // last: it uses all of the above
};

}  // namespace prow_coverage::inbox
