#include "prow_coverage/config/job_config.h"
#include "prow_coverage/yaml/node.h"

namespace prow_coverage::config {
namespace {

using nlohmann::ordered_json;

// Leaves out what is empty: nobody said it.
template <class T>
void Put(ordered_json& out, const char* key, const T& value) {
  if (!value.empty()) out[key] = value;
}

template <class T>
void Put(ordered_json& out, const char* key, const std::optional<T>& value) {
  if (value) out[key] = *value;
}

void PutFlag(ordered_json& out, const char* key, bool value) {
  if (value) out[key] = true;
}

ordered_json Images(const UtilityImages& images) {
  ordered_json out = ordered_json::object();
  Put(out, "cloneRefs", images.clonerefs);
  Put(out, "initUpload", images.initupload);
  Put(out, "entrypoint", images.entrypoint);
  Put(out, "sidecar", images.sidecar);
  return out;
}

ordered_json Gcs(const GcsConfig& gcs) {
  ordered_json out = ordered_json::object();
  Put(out, "bucket", gcs.bucket);
  Put(out, "pathStrategy", gcs.path_strategy);
  Put(out, "credentialsSecret", gcs.credentials_secret);
  Put(out, "defaultOrg", gcs.default_org);
  Put(out, "defaultRepo", gcs.default_repo);
  return out;
}

// 70 rather than 70.0 when that is how it was written.
ordered_json Threshold(const JobConfig& config) {
  if (config.threshold_text.find('.') == std::string::npos) {
    return static_cast<int>(*config.coverage_threshold);
  }
  return *config.coverage_threshold;
}

}  // namespace

std::string ToYaml(const JobConfig& config) {
  ordered_json out = ordered_json::object();
  Put(out, "namespace", config.ns);
  Put(out, "image", config.image);
  Put(out, "cluster", config.cluster);
  Put(out, "testPackages", config.test_packages);
  Put(out, "env", config.env);
  Put(out, "timeoutMinutes", config.timeout_minutes);
  Put(out, "gracePeriodSeconds", config.grace_period_seconds);
  Put(out, "utilityImages", Images(config.utility_images));
  Put(out, "gcs", Gcs(config.gcs));
  if (config.coverage_threshold) out["coverageThreshold"] = Threshold(config);
  Put(out, "githubTokenSecret", config.github_token_secret);
  PutFlag(out, "mountGithubToken", config.mount_github_token);
  Put(out, "coverageDirs", config.coverage_dirs);
  Put(out, "command", config.command);
  Put(out, "args", config.args);
  Put(out, "resources", config.resources);
  Put(out, "labels", config.labels);
  Put(out, "annotations", config.annotations);
  PutFlag(out, "gate", config.gate);
  return yaml::Emit(out);
}

}  // namespace prow_coverage::config
