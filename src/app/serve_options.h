#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "prow_coverage/base/logger.h"
#include "prow_coverage/github/throttle.h"

namespace prow_coverage::app {

enum class DryRunFormat { kYaml, kJson };

// What `prow-coverage serve` was told. Defaults and meanings: contracts.md 1 and the README.
struct ServeOptions {
  std::string address = "0.0.0.0";
  std::uint16_t port = 9901;
  std::string endpoint = "/";
  std::uint16_t metrics_port = 9090;
  std::uint16_t health_port = 8081;
  std::string hmac_secret_file = "/etc/webhook/hmac";
  std::size_t max_body_bytes = std::size_t{25} << 20;
  std::size_t max_connections = 1024;

  std::optional<std::string> github_token_path;
  std::string github_app_id;
  std::string github_app_private_key_path;
  std::vector<std::string> github_endpoints{"https://api.github.com"};
  std::string github_host = "github.com";
  std::string github_graphql_endpoint;
  int github_hourly_tokens = 0;
  int github_allowed_burst = 0;
  github::OrgThrottles github_throttle_orgs;
  int github_max_retries = 8;
  int github_max_404_retries = 2;
  std::chrono::milliseconds github_initial_delay{2000};
  std::chrono::milliseconds github_backoff_timeout{120000};
  std::chrono::milliseconds github_request_timeout{30000};

  std::optional<std::string> jobs_namespace;
  std::string kubeconfig;
  std::string kube_context;

  std::optional<std::string> config;
  std::string prow_config;
  std::string deck_url = "https://prow.ci.kubevirt.io";
  std::optional<std::string> coverage_dirs;

  bool report = true;
  std::string artifacts_url = "https://storage.googleapis.com";
  std::chrono::milliseconds stuck_after{std::chrono::hours(1)};

  std::optional<std::string> inbox;
  std::chrono::milliseconds max_age{std::chrono::hours(24)};
  std::chrono::milliseconds keep{std::chrono::hours(24 * 14)};
  bool inbox_keep_ignored = false;
  std::chrono::milliseconds reconcile_interval{std::chrono::minutes(10)};  // 0: never
  std::size_t workers = 2;
  std::size_t queue_size = 4096;
  std::chrono::milliseconds grace_period{180000};

  bool dry_run = false;
  bool print_statuses = false;  // no flag: statuses alone go to stdout; pr-pod --simulate-webhook
  DryRunFormat dry_run_format = DryRunFormat::kYaml;
  LogLevel log_level = LogLevel::kInfo;
};

// Declares every flag of `serve` on `command`; parsing it fills `options`, which must live as long.
void AddServeFlags(CLI::App& command, ServeOptions& options);

// What the flags mean together. Errors: kInvalidArgument naming the flags and the fix.
[[nodiscard]] Result<void> Validate(const ServeOptions& options);

}  // namespace prow_coverage::app
