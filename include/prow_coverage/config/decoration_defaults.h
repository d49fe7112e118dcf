#pragma once

#include <nlohmann/json.hpp>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"

namespace prow_coverage::config {

// `plank.default_decoration_config_entries` of Prow's config.yaml, so that image tags need no copy
// here. Also reads the older map form `plank.default_decoration_configs` (keys "*", org, org/repo).
// Immutable; thread-safe.
class DecorationDefaults {
 public:
  // Nothing configured: For() answers an empty object.
  DecorationDefaults() = default;

  // Everything else in the file is ignored: it is Prow's own.
  // Errors: kInvalidArgument, naming source and line.
  [[nodiscard]] static Result<DecorationDefaults> Parse(std::string_view text,
                                                        std::string_view source);

  // The decoration_config for a repository on a build cluster: matching entries in order, a later
  // one winning field by field (utility_images, gcs_configuration and resources are merged inside as
  // well). Field names are those of the ProwJob CRD, and all of them are kept.
  [[nodiscard]] nlohmann::ordered_json For(std::string_view org, std::string_view repo,
                                           std::string_view cluster) const;

 private:
  struct Entry {
    std::string repo;
    std::string cluster;
    nlohmann::ordered_json config;
  };
  std::vector<Entry> entries_;
};

}  // namespace prow_coverage::config
