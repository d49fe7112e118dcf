#include "prow_coverage/prow/prow_job.h"

#include <map>
#include <string>

#include "prow_coverage/base/percent_encode.h"
#include "prow_coverage/base/utf8.h"
#include "prow_coverage/base/uuid.h"

#include "base_url.h"
#include "built_in.h"
#include "decoration.h"
#include "json_fields.h"
#include "labels.h"
#include "pod_spec.h"

namespace prow_coverage::prow {
namespace {

using Json = nlohmann::ordered_json;

// Prow cuts job and context down to a label's length; ours needs no cutting.
static_assert(kJobName.size() <= 63);

// Plank puts the title into an environment variable and, with the whole spec, into another; Linux
// takes 128 KiB for one. GitHub's own titles end at 256 characters.
constexpr std::size_t kMaxTitle = std::size_t{16} << 10;

using Texts = std::map<std::string, std::string>;

// What Prow and the Go plugin put on the job; no configuration overrides it.
Texts OwnLabels(const JobRequest& request) {
  const PullRequest& pull = request.pull;
  const std::string job(kJobName);
  return {{kOurLabel, "true"},
          {"created-by-prow", "true"},
          {"event-GUID", request.delivery_guid},
          {"prow.k8s.io/type", "presubmit"},
          {"prow.k8s.io/job", job},
          {"prow.k8s.io/context", job},
          {"prow.k8s.io/is-optional", "false"},
          {"prow.k8s.io/refs.org", pull.org},
          {"prow.k8s.io/refs.repo", pull.repo},
          {"prow.k8s.io/refs.base_ref", pull.base_ref},
          {"prow.k8s.io/refs.pull", std::to_string(pull.number)}};
}

Texts OwnAnnotations() {
  const std::string job(kJobName);
  return {{"prow.k8s.io/job", job}, {"prow.k8s.io/context", job}};
}

Result<void> CheckKeys(std::string_view field, const Texts& texts) {
  for (const auto& [key, value] : texts) {
    if (IsQualifiedName(key)) continue;
    return InvalidField(field, "has the key \"" + ToValidUtf8(ClipUtf8(key, 100)) +
                                   "\", which Kubernetes refuses: write name or domain/name, at "
                                   "most 63 of letters, digits, -, _ and . after the slash");
  }
  return {};
}

Result<Json> RenderMetadata(const JobRequest& request, const config::JobConfig& job) {
  if (auto valid = CheckKeys("labels", job.labels); !valid) return valid.error();
  if (auto valid = CheckKeys("annotations", job.annotations); !valid) return valid.error();
  Texts labels = OwnLabels(request);
  labels.insert(job.labels.begin(), job.labels.end());
  Texts annotations = OwnAnnotations();
  annotations.insert(job.annotations.begin(), job.annotations.end());

  Json metadata = {{"name", JobName(request.github_host_url, request.pull, request.attempt)},
                   {"namespace", request.jobs_namespace},
                   {"labels", Json::object()},
                   {"annotations", annotations}};
  for (const auto& [key, value] : labels) {
    if (auto valid = LabelValue(value)) metadata["labels"][key] = std::move(*valid);
  }
  return Success(std::move(metadata));
}

Json RenderPull(const PullRequest& pull) {
  Json rendered = {{"number", pull.number}, {"author", pull.author}, {"sha", pull.head_sha}};
  PutText(rendered, "title", ClipUtf8(pull.title, kMaxTitle));
  PutText(rendered, "head_ref", pull.head_ref);
  PutText(rendered, "link", pull.url);
  if (!pull.repo_url.empty()) {
    rendered["commit_link"] =
        pull.repo_url + "/pull/" + std::to_string(pull.number) + "/commits/" + pull.head_sha;
  }
  PutText(rendered, "author_link", pull.author_url);
  return rendered;
}

// clonerefs looks at the refs alone, so Prow copies these two of the decoration's fields into them.
Json RenderRefs(const JobRequest& request, const Json& decoration) {
  const PullRequest& pull = request.pull;
  Json refs = {{"org", pull.org}, {"repo", pull.repo}};
  PutText(refs, "repo_link", pull.repo_url);
  PutText(refs, "base_ref", pull.base_ref);
  PutText(refs, "base_sha", request.base_sha);
  if (!pull.repo_url.empty()) refs["base_link"] = pull.repo_url + "/commit/" + request.base_sha;
  refs["pulls"] = Json::array({RenderPull(pull)});
  for (const char* field : {"blobless_fetch", "sparse_checkout_files"}) {
    if (decoration.contains(field)) refs[field] = decoration[field];
  }
  return refs;
}

Result<Json> RenderSpec(const JobRequest& request, const config::JobConfig& job,
                        const config::DecorationDefaults& defaults) {
  const PullRequest& pull = request.pull;
  const std::string cluster = job.cluster.empty() ? std::string(kBuiltInCluster) : job.cluster;
  auto decoration = CompleteDecoration(job, defaults.For(pull.org, pull.repo, cluster));
  if (!decoration) return decoration.error();
  auto pod = RenderPodSpec(job);
  if (!pod) return pod.error();
  return Success({{"type", "presubmit"},
                  {"agent", "kubernetes"},
                  {"cluster", cluster},
                  {"namespace", job.ns.empty() ? request.jobs_namespace : job.ns},
                  {"job", kJobName},
                  {"refs", RenderRefs(request, *decoration)},
                  {"context", kJobName},
                  {"pod_spec", std::move(*pod)},
                  {"decoration_config", std::move(*decoration)}});
}

}  // namespace

std::string OurJobsOf(std::int64_t pull_number) {
  return std::string(kOurJobs) + ",prow.k8s.io/refs.pull=" + std::to_string(pull_number);
}

std::string JobName(std::string_view github_host_url, const PullRequest& pull, int attempt) {
  std::string text(WithoutTrailingSlash(github_host_url));
  text += "/" + RepoName(pull) + "/pull/" + std::to_string(pull.number) + "/" + pull.head_sha + "/";
  text += kJobName;
  return UrlUuid(text + "/" + std::to_string(attempt));
}

Result<Json> Render(const JobRequest& request, const config::JobConfig& job,
                    const config::DecorationDefaults& decoration) {
  if (request.jobs_namespace.empty()) {
    return InvalidField("namespace", "is missing: set --jobs-namespace or defaults.namespace");
  }
  if (request.base_sha.empty())
    return InvalidField("base_sha", "is missing: nothing to merge into");
  auto metadata = RenderMetadata(request, job);
  if (!metadata) return metadata.error();
  auto spec = RenderSpec(request, job, decoration);
  if (!spec) return WithContext(spec.error(), "the job of " + RepoName(request.pull));
  Json prow_job = {
      {"apiVersion", "prow.k8s.io/v1"},
      {"kind", "ProwJob"},
      {"metadata", std::move(*metadata)},
      {"spec", std::move(*spec)},
      {"status", {{"startTime", ToRfc3339(request.start_time)}, {"state", "triggered"}}}};
  if (auto safe = MakeTextsSafe(prow_job); !safe) return safe.error();
  return Success(std::move(prow_job));
}

std::string JobPageUrl(std::string_view deck_url, std::string_view job_name) {
  return std::string(WithoutTrailingSlash(deck_url)) +
         "/prowjob?prowjob=" + PercentEncode(job_name);
}

}  // namespace prow_coverage::prow
