#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "prow_coverage/base/error.h"

namespace prow_coverage::config {

// What Prow's configuration says for the jobs of some repositories on some build clusters.
struct DecorationEntry {
  std::string repo;     // org, org/repo; "" or "*" for all
  std::string cluster;  // "" or "*" for all
  nlohmann::ordered_json config;
};

// `plank.default_decoration_config_entries` of Prow's config.yaml, so that image tags need no copy
// here. Also reads the older map form `plank.default_decoration_configs` (keys "*", org, org/repo).
// Immutable; thread-safe.
class DecorationDefaults {
 public:
  // Nothing configured: For() answers an empty object.
  DecorationDefaults() = default;

  // Everything else in the file is ignored: it is Prow's own.
  // Errors: kInvalidArgument, naming source and line; both forms at once, as Prow refuses it, too.
  [[nodiscard]] static Result<DecorationDefaults> Parse(std::string_view text,
                                                        std::string_view source);

  // The decoration_config for a repository on a build cluster: matching entries in order, a later
  // one winning field by field (utility_images, gcs_configuration, resources, censoring_options and
  // scheduling_options are merged inside as well), as Prow's ApplyDefault does it. Field names are
  // those of the ProwJob CRD, and all of them are kept.
  [[nodiscard]] nlohmann::ordered_json For(std::string_view org, std::string_view repo,
                                           std::string_view cluster) const;

 private:
  explicit DecorationDefaults(std::vector<DecorationEntry> entries);

  std::vector<DecorationEntry> entries_;
};

}  // namespace prow_coverage::config
