#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "prow_coverage/config/decoration_defaults.h"
#include "prow_coverage/config/job_config.h"
#include "prow_coverage/handler/coverage_dirs.h"
#include "prow_coverage/kube/client.h"

namespace prow_coverage::handler {

// Everything that decides what becomes of an event, as one immutable value: a reload replaces the
// whole.
struct Settings {
  config::JobsConfig jobs;
  config::DecorationDefaults decoration;
  std::optional<CoverageDirs> flag_dirs;  // --coverage-dirs, when it was given
  std::string jobs_namespace;
  std::string github_host_url = "https://github.com";
  std::string deck_url;
};

// Where our jobs are posted to, watched and read.
[[nodiscard]] kube::Resource ProwJobs(const Settings& settings);

// The settings in force. Thread-safe; work keeps the snapshot that it began with.
using SettingsSource = std::function<std::shared_ptr<const Settings>()>;

// The directories whose Go code counts for this repository (contracts.md 1): with a configuration
// the repository's own, else the flag's, else all; without one the flag's or its default. Errors:
// kInvalidArgument for a pattern in the configuration that is none.
[[nodiscard]] Result<CoverageDirs> DirsFor(const Settings& settings, const config::JobConfig& job);

}  // namespace prow_coverage::handler
