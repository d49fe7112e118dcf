#pragma once

#include <chrono>
#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "prow_coverage/pr_pod/names.h"
#include "prow_coverage/pr_pod/plan.h"
#include "prow_coverage/pr_pod/target.h"

namespace prow_coverage::app {

// Which cluster, and which run in it: of every subcommand.
struct PrPodPlace {
  std::string kubeconfig;
  std::string context;
  std::vector<std::string> allowed_contexts;
  std::string ns;  // "" for the context's
  std::string name = pr_pod::kDefaultJobName;
  std::string secret_name = pr_pod::kDefaultSecretName;
};

struct PrPodOptions {
  enum class Command { kRun, kStatus, kLogs, kVerify, kExec, kClean, kDoctor };

  Command command = Command::kRun;
  PrPodPlace place;
  bool dry_run = false;
  std::string env_file;
  std::string github_endpoint = "https://api.github.com";

  // run
  pr_pod::TargetNames target;
  pr_pod::Plan plan;  // what flags say of it; the rest is filled in by the run
  bool unique = false;
  bool remove = false;  // --rm
  bool simulate_webhook = false;
  std::string payload;         // with --simulate-webhook: a recorded one
  std::string config;          // with --simulate-webhook: the daemon's job configuration
  bool post_statuses = false;  // with --simulate-webhook: to GitHub instead of to stdout
  std::chrono::milliseconds start_timeout{std::chrono::minutes(10)};

  bool follow = false;                      // logs
  std::vector<std::string> arguments;       // exec
  bool all = false;                         // clean
  std::chrono::milliseconds older_than{0};  // clean
};

void AddPrPodFlags(CLI::App& command, PrPodOptions& options);

// Answers 0, or 1 with what is wrong on stderr; `run` and `logs -f` the pod's verdict.
[[nodiscard]] int PrPod(const PrPodOptions& options);

}  // namespace prow_coverage::app
