#include "waiter.h"

namespace prow_coverage::inbox {

Waiters::Waiter* Waiters::Room::Add(std::unique_ptr<Waiter> waiter) {
  Waiter* added = waiter.get();
  std::unique_ptr<Waiter> refused;
  const MutexLock lock(mutex_);
  if (closed_) {
    refused = std::move(waiter);
    return nullptr;
  }
  waiters_.push_front(std::move(waiter));
  added->place = waiters_.begin();
  return added;
}

void Waiters::Room::Close() {
  // Destroyed outside the lock: a coroutine's locals may do anything.
  std::list<std::unique_ptr<Waiter>> orphans;
  {
    const MutexLock lock(mutex_);
    closed_ = true;
    orphans.swap(waiters_);
  }
}

}  // namespace prow_coverage::inbox
