#pragma once

#include <memory>
#include <string>

#include "prow_coverage/base/logger.h"
#include "prow_coverage/handler/settings.h"

#include "serve_options.h"

namespace prow_coverage::app {

inline constexpr const char* kDefaultConfigPath = "/etc/coverage/config.yaml";
inline constexpr const char* kDefaultJobsNamespace = "kubevirt-prow-jobs";

// What decides over a job, by flags of `serve`, `render` and `check-config` alike.
struct SettingsFlags {
  std::optional<std::string> config;  // absent: kDefaultConfigPath if it exists; "": built-in
  std::string prow_config;
  std::optional<std::string> coverage_dirs;
  std::optional<std::string> jobs_namespace;
  std::string deck_url;
  std::string github_host = "github.com";
};

// Reads the files and checks that every repository's job can be rendered. `logger` is told which
// configuration is in force. Errors: kNotFound, kInvalidArgument, naming file and line.
[[nodiscard]] Result<std::shared_ptr<const handler::Settings>> LoadSettings(
    const SettingsFlags& flags, Logger& logger);

}  // namespace prow_coverage::app
