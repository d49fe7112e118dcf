#include "prow_job_view.h"

#include <algorithm>
#include <string_view>
#include <vector>

namespace prow_coverage::sandbox {
namespace {

constexpr std::string_view kSchemeEnd = "://";

const Json& GcsConfiguration(const Json& job) {
  return Member(Member(Member(job, "spec"), "decoration_config"), "gcs_configuration");
}

const Json& Refs(const Json& job) { return Member(Member(job, "spec"), "refs"); }

std::int64_t NumberOf(const Json& pull) {
  const Json& number = Member(pull, "number");
  return number.is_number_integer() ? number.get<std::int64_t>() : 0;
}

std::int64_t FirstPull(const Json& job) {
  const Json& pulls = Member(Refs(job), "pulls");
  return pulls.is_array() && !pulls.empty() ? NumberOf(pulls[0]) : 0;
}

std::string Digest(const Json& refs) {
  std::vector<std::int64_t> numbers;
  for (const Json& pull : Member(refs, "pulls")) numbers.push_back(NumberOf(pull));
  std::sort(numbers.begin(), numbers.end());
  std::string digest = Text(refs, "org") + "/" + Text(refs, "repo") + "@" + Text(refs, "base_ref");
  for (const auto number : numbers) digest += " " + std::to_string(number);
  return digest;
}

std::string Identity(const Json& spec) {
  if (Text(spec, "type") != "presubmit") return "";
  std::vector<std::string> parts{Text(spec, "job"), Digest(Member(spec, "refs"))};
  for (const Json& refs : Member(spec, "extra_refs")) parts.push_back(Digest(refs));
  std::sort(parts.begin(), parts.end());
  std::string identity;
  for (const std::string& part : parts) identity += part + ",";
  return identity;
}

// The element of the path that stands for the repository; "" where there is none.
std::string RepositoryElement(const Json& gcs, const std::string& org, const std::string& repo) {
  const std::string strategy = Text(gcs, "path_strategy");
  const bool is_default_org = org == Text(gcs, "default_org");
  const bool is_default = is_default_org && repo == Text(gcs, "default_repo");
  if (strategy == "single" && is_default) return "";
  if (strategy == "legacy" && is_default_org) return is_default ? "" : repo;
  return org + "_" + repo;
}

std::string BucketPath(const Json& gcs) {
  const std::string bucket = Text(gcs, "bucket");
  const auto scheme = bucket.find(kSchemeEnd);
  return scheme == std::string::npos ? bucket : bucket.substr(scheme + kSchemeEnd.size());
}

std::string Provider(const Json& gcs) {
  const std::string bucket = Text(gcs, "bucket");
  const auto scheme = bucket.find(kSchemeEnd);
  return scheme == std::string::npos ? "gs" : bucket.substr(0, scheme);
}

std::string JoinPath(const std::vector<std::string>& elements) {
  std::string path;
  for (const std::string& element : elements) {
    if (!element.empty()) path += (path.empty() ? "" : "/") + element;
  }
  return path;
}

}  // namespace

ProwJobView ReadProwJob(const Json& job) {
  const Json& spec = Member(job, "spec");
  const Json& status = Member(job, "status");
  ProwJobView view;
  view.org = Text(Refs(job), "org");
  view.repo = Text(Refs(job), "repo");
  view.number = FirstPull(job);
  view.cluster = Text(spec, "cluster");
  view.state = Text(status, "state");
  view.start_time = Text(status, "startTime");
  view.build_id = Text(status, "build_id");
  view.kubernetes = Text(spec, "agent") == "kubernetes";
  view.complete = !Text(status, "completionTime").empty();
  view.identity = Identity(spec);
  const Json& decoration = Member(spec, "decoration_config");
  view.decorated = Member(decoration, "utility_images").is_object() &&
                   !Text(GcsConfiguration(job), "path_strategy").empty();
  return view;
}

std::string BuildDirectory(const Json& job, const std::string& build_id) {
  const Json& gcs = GcsConfiguration(job);
  const ProwJobView view = ReadProwJob(job);
  return JoinPath({BucketPath(gcs), Text(gcs, "path_prefix"), "pr-logs/pull",
                   RepositoryElement(gcs, view.org, view.repo), std::to_string(view.number),
                   Text(Member(job, "spec"), "job"), build_id});
}

std::string BuildUrl(const std::string& deck_url, const Json& job, const std::string& build_id) {
  const std::string deck =
      deck_url.ends_with('/') ? deck_url.substr(0, deck_url.size() - 1) : deck_url;
  return deck + "/view/" + Provider(GcsConfiguration(job)) + "/" + BuildDirectory(job, build_id);
}

}  // namespace prow_coverage::sandbox
