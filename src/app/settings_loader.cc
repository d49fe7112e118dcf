#include "settings_loader.h"

#include <filesystem>
#include <utility>

#include "prow_coverage/base/file.h"
#include "prow_coverage/pull_request/repo_name.h"

namespace prow_coverage::app {
namespace {

Result<config::JobsConfig> LoadJobs(const SettingsFlags& flags, Logger& logger) {
  std::string path = flags.config.value_or("");
  std::error_code ignored;
  if (!flags.config && std::filesystem::exists(kDefaultConfigPath, ignored)) {
    // The Go plugin's default, which its Deployment relies on.
    path = kDefaultConfigPath;
    logger.Info("no --config given: using the file at the Go plugin's default path",
                {{"config", path}});
  }
  if (path.empty()) {
    logger.Info("no job configuration: the built-in defaults serve every repository");
    return config::JobsConfig::BuiltIn();
  }
  const auto text = ReadFile(path);
  if (!text) return WithContext(text.error(), "--config");
  return config::JobsConfig::Parse(*text, path);
}

Result<config::DecorationDefaults> LoadDecoration(const std::string& path) {
  if (path.empty()) return config::DecorationDefaults();
  const auto text = ReadFile(path, std::size_t{64} << 20);
  if (!text) return WithContext(text.error(), "--prow-config");
  return config::DecorationDefaults::Parse(*text, path);
}

std::string NamespaceFor(const SettingsFlags& flags, const config::JobsConfig& jobs) {
  if (flags.jobs_namespace && !flags.jobs_namespace->empty()) return *flags.jobs_namespace;
  return jobs.default_namespace().empty() ? kDefaultJobsNamespace : jobs.default_namespace();
}

Result<void> CheckDirs(const handler::Settings& settings) {
  for (const auto& name : settings.jobs.Repositories()) {
    const auto parts = SplitRepoName(name).value_or(RepoParts{});
    const auto* job = settings.jobs.For(parts.org, parts.repo);
    const auto dirs = handler::DirsFor(settings, *job);
    if (!dirs) return WithContext(dirs.error(), "configuration of " + name);
  }
  return {};
}

}  // namespace

Result<std::shared_ptr<const handler::Settings>> LoadSettings(const SettingsFlags& flags,
                                                              Logger& logger) {
  auto settings = std::make_shared<handler::Settings>();
  auto jobs = LoadJobs(flags, logger);
  if (!jobs) return jobs.error();
  settings->jobs = std::move(*jobs);
  auto decoration = LoadDecoration(flags.prow_config);
  if (!decoration) return decoration.error();
  settings->decoration = std::move(*decoration);
  if (flags.coverage_dirs) {
    auto dirs = handler::CoverageDirs::ParseFlag(*flags.coverage_dirs);
    if (!dirs) return WithContext(dirs.error(), "--coverage-dirs");
    settings->flag_dirs = std::move(*dirs);
  }
  settings->jobs_namespace = NamespaceFor(flags, settings->jobs);
  settings->deck_url = flags.deck_url;
  settings->github_host_url = "https://" + flags.github_host;
  if (auto checked = CheckDirs(*settings); !checked) return checked.error();
  return std::shared_ptr<const handler::Settings>(std::move(settings));
}

}  // namespace prow_coverage::app
