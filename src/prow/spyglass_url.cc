#include "prow_coverage/prow/spyglass_url.h"

#include <algorithm>

#include "prow_coverage/base/percent_encode.h"

#include "base_url.h"

namespace prow_coverage::prow {
namespace {

// "" where the repository has no path element of its own.
std::string RepositoryElement(const GcsConfiguration& gcs, const PullRequest& pull) {
  const bool default_org = pull.org == gcs.default_org;
  const bool default_repo = pull.repo == gcs.default_repo;
  if (gcs.path_strategy == "single" && default_org && default_repo) return "";
  if (gcs.path_strategy == "legacy" && default_org) return default_repo ? "" : pull.repo;
  return pull.org + "_" + pull.repo;
}

// Appends each element of a slash-separated path with a slash before it; empty ones vanish.
void AppendPath(std::string& url, std::string_view path) {
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) url += "/" + PercentEncode(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
}

}  // namespace

std::string SpyglassUrl(std::string_view deck_url, const GcsConfiguration& gcs,
                        const PullRequest& pull, std::string_view job_name,
                        std::string_view build_id) {
  const std::string_view bucket = gcs.bucket;
  const auto scheme_end = bucket.find("://");
  const bool has_scheme = scheme_end != std::string_view::npos;
  std::string url(WithoutTrailingSlash(deck_url));
  url += "/view/";
  url += has_scheme ? PercentEncode(bucket.substr(0, scheme_end)) : "gs";
  AppendPath(url, has_scheme ? bucket.substr(scheme_end + 3) : bucket);
  AppendPath(url, gcs.path_prefix);
  AppendPath(url, "pr-logs/pull");
  AppendPath(url, RepositoryElement(gcs, pull));
  AppendPath(url, std::to_string(pull.number));
  AppendPath(url, job_name);
  AppendPath(url, build_id);
  return url + "/";
}

}  // namespace prow_coverage::prow
