#include "check_config.h"

#include <cstdio>
#include <string>

#include "prow_coverage/pull_request/repo_name.h"

#include "fail.h"
#include "quiet_logger.h"

namespace prow_coverage::app {
namespace {

int PrintMerged(const handler::Settings& settings, const std::string& name) {
  const auto parts = SplitRepoName(name);
  const auto* job = parts ? settings.jobs.For(parts->org, parts->repo) : nullptr;
  if (job == nullptr) {
    std::string known;
    for (const auto& repo : settings.jobs.Repositories())
      known += (known.empty() ? "" : ", ") + repo;
    return Fail("check-config",
                "no repository \"" + name + "\" in the configuration; it lists: " + known);
  }
  std::fputs(config::ToYaml(*job).c_str(), stdout);
  return 0;
}

}  // namespace

void AddCheckConfigFlags(CLI::App& command, CheckConfigOptions& options) {
  command.add_option("--config", options.settings.config, "job configuration")->required();
  command.add_option("--prow-config", options.settings.prow_config, "Prow's config.yaml");
  command.add_option("--coverage-dirs", options.settings.coverage_dirs, "as for serve");
  command.add_option("--repo", options.repo, "print org/repo as merged");
}

int CheckConfig(const CheckConfigOptions& options) {
  QuietLogger logger;
  const auto settings = LoadSettings(options.settings, logger);
  if (!settings) return Fail("check-config", settings.error().message);
  if (!options.repo.empty()) return PrintMerged(**settings, options.repo);
  std::printf("%s is valid; repositories: %zu; ProwJobs go to namespace %s\n",
              options.settings.config->c_str(), (*settings)->jobs.Repositories().size(),
              (*settings)->jobs_namespace.c_str());
  return 0;
}

}  // namespace prow_coverage::app
