#pragma once

#include <chrono>
#include <cstddef>
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

struct ReconcilerDeps {
  SettingsSource settings;
  github::Client& github;
  kube::Client* kube;  // nullptr: a dry run without a cluster, where no job can be
  inbox::Inbox& inbox;
  Clock& clock;
  Logger& logger;
  metrics::Metrics& metrics;
};

// What one comparison found.
struct Reconciliation {
  std::size_t repositories = 0;
  std::size_t open = 0;            // pull requests whose webhook would be ours
  std::size_t in_work = 0;         // their heads' deliveries are in work
  std::size_t given_up = 0;        // …are dead letters
  std::size_t lost = 0;            // heads without an answer that nobody works on
  std::size_t taken_up = 0;        // of these, stored now
  std::size_t statuses_asked = 0;  // heads that only GitHub knew about
  // Everything was seen; otherwise the next comparison comes sooner.
  bool complete = true;
  bool github_fails = false;  // so no more statuses were asked for

  bool operator==(const Reconciliation&) const = default;
};

// Makes up for webhooks that never came: compares the open pull requests of the configured
// repositories with deliveries, ProwJobs and statuses, and stores a delivery for each head without
// an answer. The dispatcher's look at the inbox brings it to a worker within a second, like all
// work that is not new, so that a thousand lost heads leave room in the queue for webhooks.
//
// Cheap when nothing has changed: a conditional request a page (GitHub does not count a 304), a
// look at an index of the inbox for each, one list of our ProwJobs, nothing else per pull request.
// Thread: one at a time, that of the clients.
class Reconciler {
 public:
  virtual ~Reconciler() = default;

  virtual Task<Reconciliation> RunOnce() = 0;

  // Compares now and every `interval`, until cancelled.
  virtual Task<void> Run(std::chrono::milliseconds interval) = 0;
};

// What `deps` refers to must outlive the reconciler.
[[nodiscard]] std::unique_ptr<Reconciler> MakeReconciler(ReconcilerDeps deps);

}  // namespace prow_coverage::handler
