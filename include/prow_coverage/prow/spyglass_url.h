#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::prow {

// The part of a ProwJob's spec.decoration_config.gcs_configuration that says where artifacts lie.
struct GcsConfiguration {
  std::string bucket;  // "name", "gs://name", "s3://name"; a path may follow
  std::string path_prefix;
  std::string path_strategy = "explicit";  // or legacy, single
  std::string default_org;
  std::string default_repo;

  bool operator==(const GcsConfiguration&) const = default;
};

// Elements of the path below the bucket's own where a build's files lie, none of them escaped:
// [path_prefix…,] pr-logs, pull, <org>_<repo>, <pull>, <job>, <build ID>. A path that follows the
// bucket's name comes first, the name itself does not.
[[nodiscard]] std::vector<std::string> BuildPath(const GcsConfiguration& gcs,
                                                 const PullRequest& pull, std::string_view job_name,
                                                 std::string_view build_id);

// "kubevirt-prow" of "gs://kubevirt-prow/logs".
[[nodiscard]] std::string BucketName(std::string_view bucket);

// Spyglass's page of a build of the pull request, for the time between plank giving the job its
// build ID and its URL, or when it gives none:
// <deck>/view/gs/<bucket>/pr-logs/pull/<org>_<repo>/<pull>/<job>/<build ID>/. `single` leaves out
// the default org/repo pair; `legacy` also the default org before another repository.
[[nodiscard]] std::string SpyglassUrl(std::string_view deck_url, const GcsConfiguration& gcs,
                                      const PullRequest& pull, std::string_view job_name,
                                      std::string_view build_id);

}  // namespace prow_coverage::prow
