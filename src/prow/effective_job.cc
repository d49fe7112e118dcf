#include "prow_coverage/prow/effective_job.h"

#include <chrono>
#include <optional>
#include <string>
#include <utility>

#include "prow_coverage/prow/go_duration.h"

#include "built_in.h"
#include "decoration.h"
#include "pod_spec.h"

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

template <class Unit>
std::optional<int> WholeUnits(const Json& decoration, std::string_view name) {
  const auto duration = ParseGoDuration(decoration.value(std::string(name), ""));
  if (!duration || *duration % Unit(1) != duration->zero()) return std::nullopt;
  return static_cast<int>(std::chrono::duration_cast<Unit>(*duration).count());
}

void TakeDecoration(const Json& decoration, config::JobConfig& job) {
  job.timeout_minutes = WholeUnits<std::chrono::minutes>(decoration, "timeout");
  job.grace_period_seconds = WholeUnits<std::chrono::seconds>(decoration, "grace_period");
  const Json& images = decoration.at("utility_images");
  job.utility_images = {images.value("clonerefs", ""), images.value("initupload", ""),
                        images.value("entrypoint", ""), images.value("sidecar", "")};
  const Json& gcs = decoration.at("gcs_configuration");
  job.gcs = {gcs.value("bucket", ""), gcs.value("path_strategy", ""),
             decoration.value("gcs_credentials_secret", ""), gcs.value("default_org", ""),
             gcs.value("default_repo", "")};
}

void TakeContainer(const Json& container, config::JobConfig& job) {
  job.image = container.at("image").get<std::string>();
  job.resources = container.value("resources", Json());
  // The Go plugin's command is made of testPackages anew, and its threshold has a key of its own.
  if (!job.test_packages.empty() && job.command.empty()) return;
  job.command = container.at("command").get<std::vector<std::string>>();
  job.args = container.value("args", std::vector<std::string>());
  for (const Json& variable : container.value("env", Json::array())) {
    const auto name = variable.at("name").get<std::string>();
    if (name == "COVERAGE_THRESHOLD" && job.coverage_threshold) continue;
    job.env[name] = variable.at("value").get<std::string>();
  }
}

}  // namespace

Result<config::JobConfig> EffectiveJob(const config::JobConfig& job,
                                       const config::DecorationDefaults& defaults,
                                       std::string_view org, std::string_view repo,
                                       std::string_view jobs_namespace) {
  config::JobConfig effective = job;
  if (effective.cluster.empty()) effective.cluster = kBuiltInCluster;
  if (effective.ns.empty()) effective.ns = jobs_namespace;
  const auto decoration = CompleteDecoration(job, defaults.For(org, repo, effective.cluster));
  if (!decoration) return decoration.error();
  const auto pod = RenderPodSpec(job);
  if (!pod) return pod.error();
  TakeDecoration(*decoration, effective);
  TakeContainer(pod->at("containers").at(0), effective);
  return effective;
}

}  // namespace prow_coverage::prow
