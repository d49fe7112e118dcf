#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/error.h"

namespace prow_coverage::config {

struct UtilityImages {
  std::string clonerefs;
  std::string initupload;
  std::string entrypoint;
  std::string sidecar;

  bool operator==(const UtilityImages&) const = default;
};

struct GcsConfig {
  std::string bucket;
  std::string path_strategy;  // explicit, legacy, single; "" when nobody said
  std::string credentials_secret;
  std::string default_org;
  std::string default_repo;

  bool operator==(const GcsConfig&) const = default;
};

// What one repository's job looks like, `defaults` and the repository's own entry merged. Empty
// strings and unset optionals are what nobody said: the renderer then takes Prow's decoration
// defaults, then the built-in ones of contracts 5.
struct JobConfig {
  std::string ns;  // spec.namespace: where the pod runs
  std::string image;
  std::string cluster;
  std::string test_packages;
  std::map<std::string, std::string> env;
  std::optional<int> timeout_minutes;
  std::optional<int> grace_period_seconds;
  UtilityImages utility_images;
  GcsConfig gcs;
  std::optional<double> coverage_threshold;  // percent, 0..100; none is not 0
  std::string threshold_text;  // as written in the file, for status texts; "" for none
  std::string github_token_secret;
  bool mount_github_token = false;
  std::optional<std::vector<std::string>> coverage_dirs;
  std::vector<std::string> command;
  std::vector<std::string> args;
  nlohmann::ordered_json resources;  // a container's `resources` object, or null
  std::map<std::string, std::string> labels;
  std::map<std::string, std::string> annotations;
  bool gate = false;  // an infrastructure fault of ours must not end as `success`

  bool operator==(const JobConfig&) const = default;
};

// The order of GitHub's names, which differ in more than case (they are ASCII).
struct IgnoringCase {
  using is_transparent = void;

  [[nodiscard]] bool operator()(std::string_view a, std::string_view b) const;
};

// By organisation, then by name, so that a look-up builds no string.
using JobsByName = std::map<std::string, JobConfig, IgnoringCase>;
using JobsByOrg = std::map<std::string, JobsByName, IgnoringCase>;

// The job configuration of contracts 6. Immutable; thread-safe.
class JobsConfig {
 public:
  // The built-in defaults of contracts 5, for every repository that sends an event.
  [[nodiscard]] static JobsConfig BuiltIn();

  // Reads and validates; every repository's merged result must be a runnable job.
  // Errors: kInvalidArgument, "<source>:<line>: <key>: <what>, <fix>"; for an unknown key with the
  // nearest known one.
  [[nodiscard]] static Result<JobsConfig> Parse(std::string_view text, std::string_view source);

  // Case is ignored, as GitHub does. nullptr: the repository is not listed, and its events are
  // ignored. Lives as long as this object.
  [[nodiscard]] const JobConfig* For(std::string_view org, std::string_view repo) const;

  // The repositories that are listed, sorted; empty for BuiltIn().
  [[nodiscard]] std::vector<std::string> Repositories() const;

  // `defaults.namespace`: where the ProwJobs are posted to without --jobs-namespace. "" for none.
  [[nodiscard]] const std::string& default_namespace() const { return defaults_.ns; }

  [[nodiscard]] bool built_in() const { return built_in_; }

  bool operator==(const JobsConfig&) const = default;

 private:
  JobConfig defaults_;
  JobsByOrg repos_;  // merged
  bool built_in_ = false;
};

// The merged configuration of one repository as YAML in the schema of contracts 6: what would stand
// under `defaults`. What nobody said is left out.
[[nodiscard]] std::string ToYaml(const JobConfig& config);

}  // namespace prow_coverage::config
