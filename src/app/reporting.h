#pragma once

#include <atomic>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include <boost/asio/io_context.hpp>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/handler/dispatcher.h"
#include "prow_coverage/handler/settings.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/inbox/inbox.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/kube/leader_election.h"
#include "prow_coverage/metrics/metrics.h"
#include "prow_coverage/reporter/reporter.h"

namespace prow_coverage::app {

struct ReportingDeps {
  handler::SettingsSource settings;
  github::ClientOptions github;
  github::Credentials& github_credentials;
  github::HostBudget& github_budget;
  const kube::Cluster& cluster;
  kube::Credentials& kube_credentials;
  inbox::Inbox& inbox;
  handler::Dispatcher& dispatcher;
  Clock& clock;
  Logger& logger;
  metrics::Metrics& metrics;
};

struct ReportingOptions {
  reporter::ReporterOptions reporter;
  std::string artifacts_url;
  std::string identity;  // in the Lease
};

// The reporter on a thread of its own, with clients of its own: a burst of webhooks does not delay
// a status, and the other way round. One thread at a time.
class Reporting {
 public:
  // What `deps` refers to must outlive it. Errors: kInvalidArgument for the artifact store's URL.
  [[nodiscard]] static Result<std::unique_ptr<Reporting>> Build(const ReportingDeps& deps,
                                                                const ReportingOptions& options);
  ~Reporting();
  Reporting(const Reporting&) = delete;
  Reporting& operator=(const Reporting&) = delete;

  void Start();
  // A job that this process has made; the watch would tell it a little later. Thread-safe.
  void Created(std::string object);
  // Nothing is being told at the moment. Thread-safe.
  [[nodiscard]] bool Idle() const;
  // Gives the Lease up, two seconds at most, and ends the thread. Idempotent.
  void Stop();

 private:
  Reporting(const ReportingDeps& deps, const ReportingOptions& options);
  // Not to be called before the election is made.
  [[nodiscard]] std::function<bool()> MayWrite();

  boost::asio::io_context io_{1};
  std::unique_ptr<http::Client> http_;
  std::unique_ptr<github::Client> github_;
  std::unique_ptr<kube::Client> kube_;
  std::unique_ptr<kube::Client> lease_kube_;
  std::unique_ptr<results::ArtifactStore> artifacts_;
  std::unique_ptr<reporter::Reporter> reporter_;
  std::unique_ptr<kube::LeaderElection> election_;
  Clock& clock_;
  Logger& logger_;
  // Jobs on their way to the thread. Sequential: Idle reads it before the reporter's own count,
  // which Created's task raises before it lowers this one.
  std::atomic<std::size_t> arriving_ = 0;
  std::thread thread_;
};

// The same after a restart of this replica, another for every other: the host's name, which is the
// pod's, and what tells two daemons of one host apart, their stores.
[[nodiscard]] std::string ReplicaIdentity(const std::string& inbox_path);

}  // namespace prow_coverage::app
