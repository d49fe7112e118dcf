#include "check_config.h"

#include <cstdio>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "prow_coverage/prow/effective_job.h"
#include "prow_coverage/pull_request/repo_name.h"
#include "prow_coverage/yaml/node.h"

#include "fail.h"
#include "quiet_logger.h"

namespace prow_coverage::app {
namespace {

using Json = nlohmann::ordered_json;

std::vector<std::string> SplitList(const std::string& list) {
  std::vector<std::string> parts;
  std::istringstream in(list);
  for (std::string part; std::getline(in, part, ',');) parts.push_back(part);
  return parts;
}

// As handler::DirsFor takes them.
std::vector<std::string> DirsOf(const config::JobConfig& job, const SettingsFlags& flags) {
  if (job.coverage_dirs) return *job.coverage_dirs;
  if (flags.coverage_dirs) return SplitList(*flags.coverage_dirs);
  return {"./..."};
}

Json Read(const std::string& yaml) {
  const auto node = yaml::Parse(yaml, "configuration");
  return node ? yaml::ToJson(*node) : Json::object();
}

// The keys of `all` that are not in `said`, "gcs.bucket" for one of an inner mapping.
std::string Added(const Json& all, const Json& said, const std::string& prefix = "") {
  std::string names;
  for (const auto& [key, value] : all.items()) {
    const bool known = said.is_object() && said.contains(key);
    std::string more = prefix + key;
    if (known) more = value.is_object() ? Added(value, said[key], more + ".") : "";
    if (!more.empty()) names += (names.empty() ? "" : ", ") + more;
  }
  return names;
}

int PrintMerged(const handler::Settings& settings, const SettingsFlags& flags,
                const std::string& name) {
  const auto parts = SplitRepoName(name);
  const auto* job = parts ? settings.jobs.For(parts->org, parts->repo) : nullptr;
  if (job == nullptr) {
    std::string known;
    for (const auto& repo : settings.jobs.Repositories())
      known += (known.empty() ? "" : ", ") + repo;
    return Fail("check-config",
                "no repository \"" + name + "\" in the configuration; it lists: " + known);
  }
  auto effective = prow::EffectiveJob(*job, settings.decoration, parts->org, parts->repo,
                                      settings.jobs_namespace);
  if (!effective) return Fail("check-config", effective.error().message);
  effective->coverage_dirs = DirsOf(*job, flags);
  const std::string text = config::ToYaml(*effective);
  const std::string added = Added(Read(text), Read(config::ToYaml(*job)));
  if (!added.empty()) {
    std::printf("# not in %s, filled in by flags, --prow-config or what is built in:\n# %s\n",
                flags.config->c_str(), added.c_str());
  }
  std::fputs(text.c_str(), stdout);
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
  if (!options.repo.empty()) return PrintMerged(**settings, options.settings, options.repo);
  std::printf("%s is valid; repositories: %zu; ProwJobs go to namespace %s\n",
              options.settings.config->c_str(), (*settings)->jobs.Repositories().size(),
              (*settings)->jobs_namespace.c_str());
  return 0;
}

}  // namespace prow_coverage::app
