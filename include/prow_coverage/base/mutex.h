#pragma once

#include <mutex>

// Clang's thread-safety attributes; nothing elsewhere. libstdc++'s std::mutex carries none, hence
// the wrapper.
#if defined(__clang__)
#define PROW_COVERAGE_THREAD_ATTRIBUTE(x) __attribute__((x))
#else
#define PROW_COVERAGE_THREAD_ATTRIBUTE(x)
#endif

#define GUARDED_BY(mutex) PROW_COVERAGE_THREAD_ATTRIBUTE(guarded_by(mutex))
#define REQUIRES(mutex) PROW_COVERAGE_THREAD_ATTRIBUTE(requires_capability(mutex))

namespace prow_coverage {

class PROW_COVERAGE_THREAD_ATTRIBUTE(capability("mutex")) Mutex {
 public:
  Mutex() = default;
  Mutex(const Mutex&) = delete;
  Mutex& operator=(const Mutex&) = delete;

  void Lock() PROW_COVERAGE_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void Unlock() PROW_COVERAGE_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

  // For std::condition_variable_any.
  void lock() PROW_COVERAGE_THREAD_ATTRIBUTE(acquire_capability()) { mutex_.lock(); }
  void unlock() PROW_COVERAGE_THREAD_ATTRIBUTE(release_capability()) { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class PROW_COVERAGE_THREAD_ATTRIBUTE(scoped_lockable) MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) PROW_COVERAGE_THREAD_ATTRIBUTE(acquire_capability(mutex))
      : mutex_(mutex) {
    mutex_.Lock();
  }
  ~MutexLock() PROW_COVERAGE_THREAD_ATTRIBUTE(release_capability()) { mutex_.Unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

}  // namespace prow_coverage
