#include "daemon.h"

#include <csignal>
#include <cstdio>
#include <filesystem>
#include <utility>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <unistd.h>

#include "prow_coverage/base/vital.h"
#include "prow_coverage/kube/kubeconfig.h"

#include "admin_routes.h"
#include "environment.h"
#include "settings_loader.h"
#include "webhook_route.h"

namespace prow_coverage::app {
namespace {

constexpr const char* kDefaultTokenPath = "/etc/github/oauth";
constexpr const char* kDefaultInbox = "/var/lib/prow-coverage/inbox.db";
constexpr const char* kServiceAccount = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string InboxPath(const ServeOptions& options) {
  if (options.inbox) return *options.inbox;
  return options.dry_run ? ":memory:" : kDefaultInbox;
}

github::ClientOptions GitHubOptions(const ServeOptions& options) {
  github::ClientOptions github;
  github.endpoints = options.github_endpoints;
  github.max_retries = options.github_max_retries;
  github.max_404_retries = options.github_max_404_retries;
  github.back_off = {options.github_initial_delay, options.github_backoff_timeout};
  github.request_timeout = options.github_request_timeout;
  return github;
}

}  // namespace

Result<std::unique_ptr<Daemon>> Daemon::Build(const ServeOptions& options, Logger& logger) {
  std::unique_ptr<Daemon> daemon(new Daemon(options, logger));
  if (auto done = daemon->LoadFiles(); !done) return done.error();
  if (auto done = daemon->OpenInbox(); !done) return done.error();
  if (auto done = daemon->PrepareGitHub(); !done) return done.error();
  if (auto done = daemon->PrepareKubernetes(); !done) return done.error();
  daemon->BuildWorkers();
  if (auto done = daemon->BuildReporting(); !done) return done.error();
  if (auto done = daemon->Listen(); !done) return done.error();
  return daemon;
}

Daemon::Daemon(const ServeOptions& options, Logger& logger)
    : options_(options),
      logger_(logger),
      clock_(MakeSystemClock()),
      metrics_(metrics::MakePrometheusMetrics()),
      github_budget_({options.github_hourly_tokens, options.github_allowed_burst},
                     options.github_throttle_orgs),
      printer_(options.dry_run_format, stdout) {}

Daemon::~Daemon() {
  // Threads first: nobody may run while what they use goes away.
  if (reporting_) reporting_->Stop();
  if (pool_) pool_->Stop();
}

Result<void> Daemon::LoadFiles() {
  const SettingsFlags flags{options_.config,         options_.prow_config, options_.coverage_dirs,
                            options_.jobs_namespace, options_.deck_url,    options_.github_host};
  auto settings = LoadSettings(flags, logger_);
  if (!settings) return settings.error();
  settings_ = std::move(*settings);
  auto secrets = webhook::OpenSecretFile(options_.hmac_secret_file, *clock_, logger_);
  if (!secrets) return WithContext(secrets.error(), "--hmac-secret-file");
  secrets_ = std::move(*secrets);
  return {};
}

Result<void> Daemon::OpenInbox() {
  inbox::Options inbox;
  inbox.path = InboxPath(options_);
  inbox.keep_done = std::chrono::ceil<std::chrono::hours>(options_.keep);
  auto opened = inbox::Open(inbox, *clock_, logger_, *metrics_);
  if (!opened) return WithContext(opened.error(), "--inbox");
  inbox_ = std::move(*opened);
  return {};
}

Result<void> Daemon::PrepareGitHub() {
  if (!options_.github_app_id.empty()) {
    auto app = github::MakeApp(options_.github_app_id, options_.github_app_private_key_path,
                               *clock_, logger_, *metrics_);
    if (!app) return WithContext(app.error(), "--github-app-private-key-path");
    github_credentials_ = std::move(*app);
    return {};
  }
  const std::string path = options_.github_token_path.value_or(kDefaultTokenPath);
  std::error_code ignored;
  if (path.empty() || (options_.dry_run && !options_.github_token_path &&
                       !std::filesystem::exists(path, ignored))) {
    logger_.Warning("no GitHub credential: asking GitHub anonymously, 60 requests an hour");
    github_credentials_ = github::MakeAnonymous();
    return {};
  }
  auto token = github::MakeTokenFile(path, *clock_, logger_);
  if (!token) return WithContext(token.error(), "--github-token-path");
  github_credentials_ = std::move(*token);
  return {};
}

Result<void> Daemon::PrepareKubernetes() {
  const std::string host = Environment("KUBERNETES_SERVICE_HOST");
  if (options_.kubeconfig.empty() && options_.dry_run && host.empty()) return {};
  auto cluster =
      options_.kubeconfig.empty()
          ? kube::InCluster(kServiceAccount, host, Environment("KUBERNETES_SERVICE_PORT"))
          : kube::LoadKubeconfig(options_.kubeconfig, options_.kube_context);
  if (!cluster) return WithContext(cluster.error(), "--kubeconfig");
  cluster_ = std::move(*cluster);
  kube_credentials_ = kube::MakeCredentials(*cluster_, *clock_, logger_);
  return {};
}

void Daemon::BuildWorkers() {
  const queue::PoolOptions pool{options_.workers, options_.queue_size};
  pool_ = std::make_unique<queue::WorkerPool>(pool, logger_);
  for (std::size_t i = 0; i < pool_->workers(); ++i) workers_.push_back(BuildWorker(i));
  dispatcher_ = handler::MakeDispatcher(
      *inbox_, *pool_, *clock_, logger_, [this](std::size_t worker, inbox::Delivery delivery) {
        return workers_[worker].handler->Work(std::move(delivery));
      });
}

Daemon::WorkerClients Daemon::BuildWorker(std::size_t worker) {
  WorkerClients clients;
  clients.http = http::MakeCurlClient(pool_->context(worker).get_executor());
  clients.real_github =
      github::MakeClient(GitHubOptions(options_), *clients.http, *github_credentials_,
                         github_budget_, *clock_, logger_, *metrics_);
  if (cluster_) {
    clients.real_kube = kube::MakeClient(*cluster_, {}, *clients.http, *kube_credentials_, *clock_,
                                         logger_, *metrics_);
  }
  if (options_.dry_run || options_.print_statuses) {
    clients.dry_github = github::MakeDryRunClient(
        *clients.real_github,
        [this](const std::string& org, const std::string& repo, const std::string& sha,
               const github::CommitStatus& status) { printer_.Status(org, repo, sha, status); });
  }
  if (options_.dry_run) {
    clients.dry_kube = kube::MakeDryRunClient(
        clients.real_kube.get(),
        [this](const kube::Resource&, const std::string& object) { printer_.Object(object); });
  }
  const handler::HandlerDeps deps{[this] { return settings_; },
                                  clients.dry_github ? *clients.dry_github : *clients.real_github,
                                  options_.dry_run ? *clients.dry_kube : *clients.real_kube,
                                  *inbox_,
                                  *clock_,
                                  logger_,
                                  *metrics_};
  handler::HandlerOptions handling;
  handling.dry_run = options_.dry_run;
  handling.max_age = std::chrono::duration_cast<std::chrono::seconds>(options_.max_age);
  if (Reports()) {
    handling.created = [this](const std::string& object) { reporting_->Created(object); };
  }
  clients.handler = handler::MakeHandler(deps, handling);
  return clients;
}

// On the first worker's thread: the acceptor's has to answer webhooks while pages of pull requests
// are being read.
void Daemon::StartReconciling() {
  if (options_.reconcile_interval.count() == 0) return;
  const WorkerClients& clients = workers_.front();
  const bool no_cluster = options_.dry_run && !clients.real_kube;
  reconciler_ = handler::MakeReconciler({[this] { return settings_; }, *clients.real_github,
                                         no_cluster ? nullptr : clients.real_kube.get(), *inbox_,
                                         *clock_, logger_, *metrics_});
  boost::asio::co_spawn(
      pool_->context(0), reconciler_->Run(options_.reconcile_interval),
      boost::asio::bind_cancellation_slot(stop_reconciling_.slot(), Vital("reconciler", logger_)));
}

// A delivery that it has stored by then is worked on after the next start.
void Daemon::StopReconciling() {
  boost::asio::post(pool_->context(0),
                    [this] { stop_reconciling_.emit(boost::asio::cancellation_type::all); });
}

Result<void> Daemon::BuildReporting() {
  if (!Reports()) return {};
  const ReportingDeps deps{[this] { return settings_; },
                           GitHubOptions(options_),
                           *github_credentials_,
                           github_budget_,
                           *cluster_,
                           *kube_credentials_,
                           *inbox_,
                           *dispatcher_,
                           *clock_,
                           logger_,
                           *metrics_};
  ReportingOptions reporting;
  reporting.reporter.stuck_after = options_.stuck_after;
  reporting.artifacts_url = options_.artifacts_url;
  reporting.identity = ReplicaIdentity(InboxPath(options_));
  auto built = Reporting::Build(deps, reporting);
  if (!built) return WithContext(built.error(), "--artifacts-url");
  reporting_ = std::move(*built);
  return {};
}

Result<std::unique_ptr<server::Server>> Daemon::ListenOn(std::uint16_t port,
                                                         std::vector<server::Route> routes,
                                                         std::function<void(int)> on_reply) {
  server::Options server;
  server.address = options_.address;
  server.port = port;
  server.max_body_bytes = options_.max_body_bytes;
  server.max_connections = options_.max_connections;
  return server::Listen(io_.get_executor(), server, std::move(routes), *clock_, logger_,
                        std::move(on_reply));
}

Result<void> Daemon::Listen() {
  const auto settings = [this] { return settings_; };
  auto webhooks = ListenOn(
      options_.port,
      {WebhookRoute(options_.endpoint,
                    {*secrets_, settings, *dispatcher_,
                     options_.inbox_keep_ignored ? inbox_.get() : nullptr, *metrics_, logger_}),
       HelpRoute(settings)},
      [this](int status) {
        metrics_->Add(metrics::Metric::kResponseCodes, {std::to_string(status)});
      });
  if (!webhooks) return WithContext(webhooks.error(), "--port");
  webhook_server_ = std::move(*webhooks);
  auto health = ListenOn(options_.health_port, HealthRoutes([this] { return NotReady(); }), {});
  if (!health) return WithContext(health.error(), "--health-port");
  health_server_ = std::move(*health);
  auto exposition =
      ListenOn(options_.metrics_port, MetricsRoutes(*metrics_, [this] { RefreshGauges(); }), {});
  if (!exposition) return WithContext(exposition.error(), "--metrics-port");
  metrics_server_ = std::move(*exposition);
  return {};
}

std::string Daemon::NotReady() const {
  if (draining_) return "shutting down";
  if (!inbox_->Healthy()) return "the inbox cannot store deliveries; see the log";
  return "";
}

void Daemon::RefreshGauges() {
  metrics_->Set(metrics::Metric::kQueueLength, {}, static_cast<double>(pool_->queued()));
  metrics_->Set(metrics::Metric::kInFlight, {}, static_cast<double>(pool_->in_flight()));
}

void Daemon::Run() {
  pool_->Start();
  if (reporting_) reporting_->Start();
  signals_.add(SIGTERM);
  signals_.add(SIGINT);
  AwaitSignal();
  boost::asio::co_spawn(io_, dispatcher_->TakeUpDue(), Vital("dispatcher", logger_));
  StartReconciling();
  logger_.Info("serving", {{"port", webhook_server_->port()},
                           {"endpoint", options_.endpoint},
                           {"health_port", health_server_->port()},
                           {"metrics_port", metrics_server_->port()},
                           {"dry_run", options_.dry_run},
                           {"kubernetes", cluster_ ? cluster_->server : "none"},
                           {"namespace", settings_->jobs_namespace}});
  io_.run();
}

void Daemon::AwaitSignal() {
  signals_.async_wait([this](const boost::system::error_code& error, int number) {
    if (error) return;
    if (draining_) {
      logger_.Warning("second signal: ending now; what is unfinished " + FateOfTheRest(),
                      {{"signal", number}});
      io_.stop();
      return;
    }
    draining_ = true;
    logger_.Info(
        "shutting down: no new connections, finishing what is queued and in flight",
        {{"signal", number},
         {"queued", pool_->queued()},
         {"in_flight", pool_->in_flight()},
         {"grace_period_seconds", std::chrono::duration<double>(options_.grace_period).count()}});
    AwaitSignal();
    boost::asio::co_spawn(io_, Drain(), Vital("drain", logger_));
  });
}

Task<void> Daemon::DrainServer() {
  co_await webhook_server_->Drain();
  pool_->Close();
  server_drained_ = true;
}

bool Daemon::Drained() const {
  return server_drained_ && pool_->Idle() && (!reporting_ || reporting_->Idle());
}

Task<void> Daemon::Drain() {
  const auto deadline = clock_->Monotonic() + options_.grace_period;
  StopReconciling();
  boost::asio::co_spawn(io_, DrainServer(), Vital("drain of the server", logger_));
  while (!Drained() && clock_->Monotonic() < deadline) {
    co_await clock_->SleepFor(std::chrono::milliseconds(5));
  }
  if (Drained()) {
    co_await TellWhatWaits();
  } else {
    logger_.Warning("the grace period is over; what is unfinished " + FateOfTheRest(),
                    {{"queued", pool_->queued()}, {"in_flight", pool_->in_flight()}});
  }
  io_.stop();
}

std::string Daemon::FateOfTheRest() const {
  return InboxPath(options_) == ":memory:" ? "is lost with the inbox, which is in memory"
                                           : "stays in the inbox";
}

Task<void> Daemon::TellWhatWaits() {
  const auto waiting = co_await CountUnfinished();
  if (!waiting) {
    logger_.Warning("what was due has been worked off; what waits for a later attempt is unknown",
                    {{"error", waiting.error().message}});
  } else if (*waiting == 0) {
    logger_.Info("everything accepted has been worked off");
  } else {
    logger_.Warning(
        "what was due has been worked off; what waits for a later attempt " + FateOfTheRest(),
        {{"waiting", *waiting}});
  }
}

// By their light rows, a page at a time: all are due when the longest wait is over.
Task<Result<std::size_t>> Daemon::CountUnfinished() {
  constexpr std::size_t kPage = 1000;
  const auto by_then = clock_->Now() + inbox::kLongestWait;
  std::size_t count = 0;
  std::int64_t after_id = 0;
  while (true) {
    const auto page = co_await inbox_->Due(by_then, after_id, kPage);
    if (!page) co_return page.error();
    count += page->size();
    if (page->size() < kPage) co_return count;
    after_id = page->back().id;
  }
}

}  // namespace prow_coverage::app
