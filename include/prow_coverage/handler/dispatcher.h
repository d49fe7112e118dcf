#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/inbox/inbox.h"
#include "prow_coverage/queue/worker_pool.h"

namespace prow_coverage::handler {

// Brings deliveries to the workers: new ones right after they are stored, unfinished ones (a
// restart, a retry that is due, `deliveries retry`) from the inbox. No delivery is in two hands at
// a time. Thread-safe.
class Dispatcher {
 public:
  virtual ~Dispatcher() = default;

  // Stores a delivery and hands it over. The place in the queue is claimed first: what is stored is
  // also worked on. Errors: the inbox's, and kUnavailable when the queue is full or closed.
  virtual Task<Result<inbox::Stored>> Accept(inbox::NewDelivery delivery) = 0;

  // Looks at the inbox once a second, for ever, and hands over what is due, oldest first, as long
  // as fewer than a thousand are in hand; half of the queue is left to new deliveries. While the
  // inbox is out of order nothing is taken up: what cannot be recorded would be repeated.
  virtual Task<void> TakeUpDue() = 0;
};

// An error when the end of the work was not recorded. It is done again then, as after an exception,
// and later each time: the inbox knows nothing of the attempt, so the dispatcher remembers it.
using WorkOn = std::function<Task<Result<void>>(std::size_t worker, inbox::Delivery delivery)>;

// `work_on` runs on the worker's thread. References must outlive the dispatcher, and the dispatcher
// the pool's work.
[[nodiscard]] std::unique_ptr<Dispatcher> MakeDispatcher(inbox::Inbox& inbox,
                                                         queue::WorkerPool& pool, Clock& clock,
                                                         Logger& logger, WorkOn work_on);

}  // namespace prow_coverage::handler
