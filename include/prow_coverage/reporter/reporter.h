#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/handler/settings.h"
#include "prow_coverage/inbox/inbox.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/metrics/metrics.h"
#include "prow_coverage/results/artifact_store.h"

namespace prow_coverage::reporter {

struct ReporterDeps {
  handler::SettingsSource settings;
  github::Client& github;
  kube::Client& kube;
  results::ArtifactStore& artifacts;
  inbox::Inbox& inbox;
  // Works a delivery off as if it had come from GitHub: how a further attempt is asked for.
  std::function<Task<Result<inbox::Stored>>(inbox::NewDelivery)> accept;
  // Asked right before each write: false once another replica may report.
  std::function<bool()> may_write;
  Clock& clock;
  Logger& logger;
  metrics::Metrics& metrics;
};

struct ReporterOptions {
  std::chrono::milliseconds stuck_after = std::chrono::minutes(60);
  std::size_t max_concurrent = 64;  // heads that are written about at the same time
};

// Watches our ProwJobs and sets the commit status of each head from the state of its newest job,
// from the first `pending` to the end. Nobody else sets it, so that no older state can come after a
// newer one. What is told is kept in the inbox; a status that may have been set by another replica,
// or just before a crash, is looked up at GitHub before it is set again.
//
// Thread: one at a time, that of the clients.
class Reporter {
 public:
  virtual ~Reporter() = default;

  // Reads what was told before, then follows the jobs. Ends when its coroutine is cancelled.
  virtual Task<void> Run() = 0;

  // Whether this replica writes; it watches all the same. `alone`: no other replica has written
  // since this one last did. Not leading at first.
  virtual void Lead(bool leading, bool alone) = 0;

  // A job that this replica has just made, as the API server answered it: nobody need wait for the
  // watch. Kept in the inbox, whoever reports: who makes a job sees to it that its end is told.
  virtual void Saw(const std::string& object) = 0;

  // Heads that are being written about, or are about to be. Thread-safe.
  [[nodiscard]] virtual std::size_t busy() const = 0;
};

// What `deps` refers to must outlive the reporter.
[[nodiscard]] std::unique_ptr<Reporter> MakeReporter(ReporterDeps deps, ReporterOptions options);

}  // namespace prow_coverage::reporter
