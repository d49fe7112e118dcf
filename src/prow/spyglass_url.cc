#include "prow_coverage/prow/spyglass_url.h"

#include <algorithm>
#include <utility>

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

// Appends each element of a slash-separated path; empty ones vanish.
void AppendElements(std::vector<std::string>& elements, std::string_view path) {
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    if (end > 0) elements.emplace_back(path.substr(0, end));
    path.remove_prefix(std::min(end + 1, path.size()));
  }
}

// "s3", "name/path" of "s3://name/path".
std::pair<std::string_view, std::string_view> SplitScheme(std::string_view bucket) {
  const auto end = bucket.find("://");
  if (end == std::string_view::npos) return {"gs", bucket};
  return {bucket.substr(0, end), bucket.substr(end + 3)};
}

// The bucket's own elements first.
std::vector<std::string> WholePath(const GcsConfiguration& gcs, const PullRequest& pull,
                                   std::string_view job_name, std::string_view build_id) {
  std::vector<std::string> elements;
  AppendElements(elements, SplitScheme(gcs.bucket).second);
  AppendElements(elements, gcs.path_prefix);
  AppendElements(elements, "pr-logs/pull");
  AppendElements(elements, RepositoryElement(gcs, pull));
  AppendElements(elements, std::to_string(pull.number));
  AppendElements(elements, job_name);
  AppendElements(elements, build_id);
  return elements;
}

}  // namespace

std::string BucketName(std::string_view bucket) {
  std::vector<std::string> elements;
  AppendElements(elements, SplitScheme(bucket).second);
  return elements.empty() ? "" : std::move(elements.front());
}

std::vector<std::string> BuildPath(const GcsConfiguration& gcs, const PullRequest& pull,
                                   std::string_view job_name, std::string_view build_id) {
  auto elements = WholePath(gcs, pull, job_name, build_id);
  if (!BucketName(gcs.bucket).empty()) elements.erase(elements.begin());
  return elements;
}

std::string SpyglassUrl(std::string_view deck_url, const GcsConfiguration& gcs,
                        const PullRequest& pull, std::string_view job_name,
                        std::string_view build_id) {
  std::string url(WithoutTrailingSlash(deck_url));
  url += "/view/" + PercentEncode(SplitScheme(gcs.bucket).first);
  for (const auto& element : WholePath(gcs, pull, job_name, build_id)) {
    url += "/" + PercentEncode(element);
  }
  return url + "/";
}

}  // namespace prow_coverage::prow
