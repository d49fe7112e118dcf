#include "serve_options.h"

#include <algorithm>
#include <string_view>

#include "prow_coverage/results/artifact_store.h"

#include "duration.h"

namespace prow_coverage::app {
namespace {

// More of anything countable is a slip of the keyboard.
constexpr int kMost = 1'000'000;

CLI::Option* AddDuration(CLI::App& command, const std::string& name,
                         std::chrono::milliseconds& target, const std::string& meaning,
                         const std::string& default_text) {
  return command
      .add_option_function<std::string>(
          name,
          [&target, name](const std::string& text) {
            const auto duration = ParseDuration(text);
            if (!duration) throw CLI::ValidationError(name, duration.error().message);
            target = *duration;
          },
          meaning)
      ->default_str(default_text)
      ->type_name("DURATION");
}

void AddPort(CLI::App& command, const std::string& name, std::uint16_t& port,
             const std::string& meaning) {
  command.add_option(name, port, meaning)->check(CLI::Range(0, 65535))->capture_default_str();
}

void AddOrgThrottles(CLI::App& command, github::OrgThrottles& throttles) {
  const std::string name = "--github-throttle-org";
  command
      .add_option_function<std::vector<std::string>>(
          name,
          [&throttles, name](const std::vector<std::string>& texts) {
            for (const auto& text : texts) {
              auto throttle = github::ParseOrgThrottle(text);
              if (!throttle) throw CLI::ValidationError(name, throttle.error().message);
              if (!throttles.insert(*throttle).second) {
                throw CLI::ValidationError(
                    name, "\"" + text + "\": the organization has a throttle already; keep one");
              }
            }
          },
          "a throttle of its own for an organization; may be repeated")
      ->take_all()
      ->expected(1)
      ->type_name("ORG:HOURLY_TOKENS:BURST");
}

void AddServerFlags(CLI::App& command, ServeOptions& options) {
  command.add_option("--address", options.address, "address that all ports are bound to")
      ->capture_default_str();
  AddPort(command, "--port", options.port, "webhook port");
  command.add_option("--endpoint", options.endpoint, "webhook path")->capture_default_str();
  command
      .add_option("--hmac-secret-file", options.hmac_secret_file,
                  "webhook secret: one token, or YAML of org/repo, org, * to tokens")
      ->capture_default_str();
  command.add_option("--max-body-bytes", options.max_body_bytes, "largest webhook body")
      ->check(CLI::Range(1, 1 << 30))
      ->capture_default_str();
  command.add_option("--max-connections", options.max_connections, "webhook connections at a time")
      ->check(CLI::Range(1, kMost))
      ->capture_default_str();
  AddPort(command, "--metrics-port", options.metrics_port, "port of /metrics");
  AddPort(command, "--health-port", options.health_port, "port of /healthz and /healthz/ready");
}

void AddGitHubFlags(CLI::App& command, ServeOptions& options) {
  command.add_option("--github-token-path", options.github_token_path,
                     "token file; default /etc/github/oauth when no App flag is set");
  command.add_option("--github-app-id", options.github_app_id, "App authentication: its id");
  command.add_option("--github-app-private-key-path", options.github_app_private_key_path,
                     "App authentication: its RSA key (PEM)");
  command
      .add_option("--github-endpoint", options.github_endpoints,
                  "API endpoint; may be repeated, tried in order")
      ->take_all()
      ->expected(1)
      ->capture_default_str();
  command.add_option("--github-host", options.github_host, "host of pull request links")
      ->capture_default_str();
  command.add_option("--github-graphql-endpoint", options.github_graphql_endpoint,
                     "accepted as Prow's components do; no GraphQL is used");
  command
      .add_option("--github-hourly-tokens", options.github_hourly_tokens,
                  "client-side limit of requests an hour; 0: none")
      ->check(CLI::Range(0, kMost))
      ->capture_default_str();
  command
      .add_option("--github-allowed-burst", options.github_allowed_burst,
                  "requests that the limit lets through at once")
      ->check(CLI::Range(0, kMost))
      ->capture_default_str();
  AddOrgThrottles(command, options.github_throttle_orgs);
  command
      .add_option("--github-client.max-retries", options.github_max_retries,
                  "retries of a request that failed for a passing reason")
      ->check(CLI::Range(0, kMost))
      ->capture_default_str();
  command
      .add_option("--github-client.max-404-retries", options.github_max_404_retries,
                  "retries of a read that was answered 404")
      ->check(CLI::Range(0, kMost))
      ->capture_default_str();
  AddDuration(command, "--github-client.initial-delay", options.github_initial_delay,
              "first wait before a retry", "2s");
  AddDuration(command, "--github-client.backoff-timeout", options.github_backoff_timeout,
              "longest wait inside one piece of work; a longer one goes through the inbox", "2m");
  AddDuration(command, "--github-client.request-timeout", options.github_request_timeout,
              "time-out of one request", "30s");
}

void AddJobFlags(CLI::App& command, ServeOptions& options) {
  command.add_option("--config", options.config,
                     "job configuration; default /etc/coverage/config.yaml if that exists");
  command.add_option("--prow-config", options.prow_config,
                     "Prow's config.yaml, for its decoration defaults");
  command.add_option("--jobs-namespace", options.jobs_namespace,
                     "namespace of the ProwJobs; default: the configuration's, else "
                     "kubevirt-prow-jobs");
  command.add_option("--deck-url", options.deck_url, "Deck, for links")->capture_default_str();
  command.add_option("--coverage-dirs", options.coverage_dirs,
                     "directories whose Go code counts, comma separated (./dir/... or ./dir)");
  command.add_option("--kubeconfig", options.kubeconfig, "kubeconfig; empty: in-cluster");
  command.add_option("--kube-context", options.kube_context, "context of the kubeconfig");
}

void AddReportFlags(CLI::App& command, ServeOptions& options) {
  command.add_flag("--report,!--no-report", options.report,
                   "watch the jobs and set their statuses; without it only the first, pending one "
                   "is set");
  command
      .add_option("--artifacts-url", options.artifacts_url,
                  "artifact store; <url>/<bucket>/<path> is read (https, http or file)")
      ->capture_default_str();
  AddDuration(command, "--stuck-after", options.stuck_after,
              "after which a job that stays triggered or pending counts as stuck", "1h");
}

void AddProcessFlags(CLI::App& command, ServeOptions& options) {
  command.add_option("--inbox", options.inbox,
                     "durable store; default /var/lib/prow-coverage/inbox.db (:memory: with "
                     "--dry-run); :memory: loses what is in work when the process ends");
  AddDuration(command, "--max-age", options.max_age,
              "after which a delivery that does not succeed is given up", "24h");
  AddDuration(command, "--keep", options.keep,
              "how long a done delivery is kept (its body for a day); dead ones are kept 90 days",
              "336h");
  command.add_flag("--inbox-keep-ignored,!--no-inbox-keep-ignored", options.inbox_keep_ignored,
                   "store deliveries that need nothing as well, with their reason");
  AddDuration(command, "--reconcile-interval", options.reconcile_interval,
              "how often open pull requests are compared with what was delivered, and at start; "
              "0: never",
              "10m");
  command.add_option("--workers", options.workers, "worker threads")
      ->check(CLI::Range(1, 256))
      ->capture_default_str();
  command.add_option("--queue-size", options.queue_size, "deliveries between server and workers")
      ->check(CLI::Range(1, 1 << 20))
      ->capture_default_str();
  AddDuration(command, "--grace-period", options.grace_period,
              "after SIGTERM: time to finish what is queued and in flight", "180s");
  command.add_flag("--dry-run,!--no-dry-run", options.dry_run,
                   "write nothing; print each object and status to stdout");
  command.add_option("--dry-run-format", options.dry_run_format, "yaml or json")
      ->transform(CLI::CheckedTransformer(std::map<std::string, DryRunFormat>{
          {"yaml", DryRunFormat::kYaml}, {"json", DryRunFormat::kJson}}))
      ->default_str("yaml");
  command
      .add_option_function<std::string>(
          "--log-level",
          [&options](const std::string& name) {
            const auto level = ParseLogLevel(name);
            if (!level) throw CLI::ValidationError("--log-level", level.error().message);
            options.log_level = *level;
          },
          "debug, info, warning or error")
      ->default_str("info");
}

bool IsHttpUrl(std::string_view url) {
  const bool visible =
      std::all_of(url.begin(), url.end(), [](char c) { return c > ' ' && c < 0x7f; });
  if (!visible) return false;
  for (const std::string_view scheme : {"https://", "http://"}) {
    if (!url.starts_with(scheme)) continue;
    url.remove_prefix(scheme.size());
    return url.find_first_of("/?#") != 0 && !url.empty();
  }
  return false;
}

bool IsDnsLabel(std::string_view text) {
  const auto allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-';
  };
  return !text.empty() && text.size() <= 63 && text.front() != '-' && text.back() != '-' &&
         std::all_of(text.begin(), text.end(), allowed);
}

Error Conflict(const std::string& message) { return {ErrorCode::kInvalidArgument, message, {}}; }

Result<void> CheckUrls(const ServeOptions& options) {
  if (!IsHttpUrl(options.deck_url)) {
    return Conflict("--deck-url \"" + options.deck_url + "\" is no URL: write https://host[/path]");
  }
  for (const auto& endpoint : options.github_endpoints) {
    if (IsHttpUrl(endpoint)) continue;
    return Conflict("--github-endpoint \"" + endpoint +
                    "\" is no URL: write https://api.github.com, or http://host[/path] of a proxy");
  }
  if (auto valid = results::CheckStoreUrl(options.artifacts_url); !valid) {
    return WithContext(valid.error(), "--artifacts-url");
  }
  return {};
}

Result<void> CheckDurations(const ServeOptions& options) {
  if (options.keep < std::chrono::hours(1)) {
    return Conflict("--keep must be at least 1h: a redelivery is recognised for no longer");
  }
  const auto interval = options.reconcile_interval.count();
  if (interval != 0 && interval < 1000) {
    return Conflict("--reconcile-interval must be 0 (never) or at least 1s");
  }
  if (options.max_age < std::chrono::seconds(1)) {
    return Conflict("--max-age must be at least 1s: with less, nothing is ever tried again");
  }
  if (options.github_request_timeout.count() <= 0) {
    return Conflict("--github-client.request-timeout must be positive, such as 30s");
  }
  if (options.stuck_after.count() <= 0) return Conflict("--stuck-after must be positive");
  return {};
}

}  // namespace

void AddServeFlags(CLI::App& command, ServeOptions& options) {
  AddServerFlags(command, options);
  AddGitHubFlags(command, options);
  AddJobFlags(command, options);
  AddReportFlags(command, options);
  AddProcessFlags(command, options);
}

Result<void> Validate(const ServeOptions& options) {
  const bool app_id = !options.github_app_id.empty();
  const bool app_key = !options.github_app_private_key_path.empty();
  if (app_id != app_key) {
    return Conflict(
        "--github-app-id and --github-app-private-key-path go together: set both or neither");
  }
  if (app_id && options.github_token_path && !options.github_token_path->empty()) {
    return Conflict("--github-token-path and --github-app-id exclude each other: set one of them");
  }
  if (options.endpoint.empty() || options.endpoint.front() != '/') {
    return Conflict("--endpoint must begin with \"/\"");
  }
  if (options.dry_run && options.inbox && *options.inbox != ":memory:") {
    return Conflict("--dry-run with --inbox \"" + *options.inbox +
                    "\" would end its deliveries although their jobs are only printed: leave "
                    "--inbox out, a dry run keeps its own in memory");
  }
  const std::string ns = options.jobs_namespace.value_or("");
  if (!ns.empty() && !IsDnsLabel(ns)) {
    return Conflict("--jobs-namespace \"" + ns +
                    "\" is no name of a namespace: use at most 63 of a-z, 0-9 and -, with a letter "
                    "or digit at both ends");
  }
  if (auto valid = CheckUrls(options); !valid) return valid;
  return CheckDurations(options);
}

}  // namespace prow_coverage::app
