#pragma once

#include <chrono>
#include <functional>
#include <memory>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/handler/settings.h"
#include "prow_coverage/inbox/inbox.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/metrics/metrics.h"

namespace prow_coverage::handler {

struct HandlerDeps {
  SettingsSource settings;
  github::Client& github;
  kube::Client& kube;
  inbox::Inbox& inbox;
  Clock& clock;
  Logger& logger;
  metrics::Metrics& metrics;
};

// Jobs of one head that were aborted by somebody while the head was still wanted. More than a few
// mean that somebody does not want them.
inline constexpr int kMaxAttempts = 10;

struct HandlerOptions {
  // After which a delivery that does not succeed is given up; time that the wall clock skips does
  // not count, and in the handler's first hour none is.
  std::chrono::seconds max_age = std::chrono::hours(24);
  bool dry_run = false;   // what is told as created was printed; told with each decision
  int first_attempt = 1;  // where the numbering of a head's jobs begins
  // Where a reporter sets all statuses, the first one included: it is given each job that was
  // created. Of two writers the slower one would put `pending` over the end. Nobody: the handler
  // sets the first status itself.
  std::function<void(const std::string& object)> created = nullptr;
};

// Works one delivery off: asks GitHub what changed, decides, creates the ProwJob, sets the pending
// status, and records each step. Every step can be repeated: the job's name follows from the head,
// and "already exists" is success. One per worker; one thread at a time, any number of deliveries
// side by side.
class Handler {
 public:
  virtual ~Handler() = default;

  // Ends when the delivery has come to its end or waits for a later attempt, and that is recorded.
  // Errors: the inbox's when it is not recorded, logged already; the work is to be done again
  // later.
  virtual Task<Result<void>> Work(inbox::Delivery delivery) = 0;
};

// What `deps` refers to must outlive the handler.
[[nodiscard]] std::unique_ptr<Handler> MakeHandler(HandlerDeps deps, HandlerOptions options);

}  // namespace prow_coverage::handler
