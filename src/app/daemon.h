#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/handler/dispatcher.h"
#include "prow_coverage/handler/handler.h"
#include "prow_coverage/handler/reconciler.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/inbox/inbox.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/metrics/metrics.h"
#include "prow_coverage/queue/worker_pool.h"
#include "prow_coverage/server/server.h"
#include "prow_coverage/webhook/secret_file.h"

#include "dry_run_printer.h"
#include "reporting.h"
#include "serve_options.h"

namespace prow_coverage::app {

// The composition root: owns everything that `serve` runs, in the order in which it is built, so
// that teardown is the reverse. One thread at a time.
class Daemon {
 public:
  // What could not be opened, read or bound, with what to do about it.
  [[nodiscard]] static Result<std::unique_ptr<Daemon>> Build(const ServeOptions& options,
                                                             Logger& logger);
  ~Daemon();

  // Serves until a signal asks for the end and the drain is over.
  void Run();

  // Where webhooks arrive.
  [[nodiscard]] std::uint16_t port() const { return webhook_server_->port(); }

 private:
  // What one worker thread uses and nobody else touches.
  struct WorkerClients {
    std::unique_ptr<http::Client> http;
    std::unique_ptr<github::Client> real_github;
    std::unique_ptr<github::Client> dry_github;
    std::unique_ptr<kube::Client> real_kube;
    std::unique_ptr<kube::Client> dry_kube;
    std::unique_ptr<handler::Handler> handler;
  };

  Daemon(const ServeOptions& options, Logger& logger);

  [[nodiscard]] Result<void> LoadFiles();
  [[nodiscard]] Result<void> OpenInbox();
  [[nodiscard]] Result<void> PrepareGitHub();
  [[nodiscard]] Result<void> PrepareKubernetes();
  void BuildWorkers();
  void StartReconciling();
  void StopReconciling();
  [[nodiscard]] Result<void> BuildReporting();
  // The reporter sets every status; else the handler sets the first one.
  [[nodiscard]] bool Reports() const {
    return options_.report && !options_.dry_run && !options_.print_statuses;
  }
  [[nodiscard]] WorkerClients BuildWorker(std::size_t worker);
  [[nodiscard]] Result<void> Listen();
  [[nodiscard]] Result<std::unique_ptr<server::Server>> ListenOn(std::uint16_t port,
                                                                 std::vector<server::Route> routes,
                                                                 std::function<void(int)> on_reply);

  [[nodiscard]] std::string NotReady() const;
  void RefreshGauges();
  void AwaitSignal();
  Task<void> Drain();
  Task<void> DrainServer();
  [[nodiscard]] bool Drained() const;
  [[nodiscard]] std::string FateOfTheRest() const;
  Task<void> TellWhatWaits();
  Task<Result<std::size_t>> CountUnfinished();

  const ServeOptions& options_;
  Logger& logger_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<metrics::Metrics> metrics_;
  std::shared_ptr<const handler::Settings> settings_;
  std::unique_ptr<webhook::SecretFile> secrets_;
  std::unique_ptr<inbox::Inbox> inbox_;

  std::unique_ptr<github::Credentials> github_credentials_;
  github::HostBudget github_budget_;
  std::optional<kube::Cluster> cluster_;  // none with --dry-run outside a cluster
  std::unique_ptr<kube::Credentials> kube_credentials_;
  DryRunPrinter printer_;

  // The dispatcher outlives the pool's work, which refers to it; the pool's contexts outlive the
  // clients that run on them.
  std::unique_ptr<handler::Dispatcher> dispatcher_;
  boost::asio::cancellation_signal stop_reconciling_;  // emitted on the first worker's thread
  std::unique_ptr<queue::WorkerPool> pool_;
  std::vector<WorkerClients> workers_;
  std::unique_ptr<handler::Reconciler> reconciler_;  // uses the first worker's clients
  std::unique_ptr<Reporting> reporting_;

  boost::asio::io_context io_{1};  // HTTP, signals, the dispatcher's look at the inbox
  boost::asio::signal_set signals_{io_};
  std::unique_ptr<server::Server> webhook_server_;
  std::unique_ptr<server::Server> health_server_;
  std::unique_ptr<server::Server> metrics_server_;
  bool draining_ = false;
  bool server_drained_ = false;
};

}  // namespace prow_coverage::app
