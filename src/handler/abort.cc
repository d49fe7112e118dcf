#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/prow/prow_job.h"

#include "existing_job.h"
#include "work.h"

namespace prow_coverage::handler {
namespace {

// Plank changes the object as well; whoever comes second tries again.
constexpr int kMaxConflicts = 5;

// The state alone: with a completionTime plank would ignore the job and leave its pod running. The
// version keeps a job that has just ended from being called aborted.
std::string AbortPatch(const std::string& resource_version) {
  nlohmann::ordered_json patch = {{"status", {{"state", "aborted"}}}};
  if (!resource_version.empty()) patch["metadata"] = {{"resourceVersion", resource_version}};
  return patch.dump();
}

}  // namespace

Task<Outcome> PieceOfWork::AbortJobs() {
  const auto& pull = event_.pull;
  auto call = deps_.github.GetPullRequest(pull.org, pull.repo, pull.number);
  const auto now = co_await trace_.Time("head", std::move(call));
  if (!now) co_return Failed(now.error(), Remote::kGitHub);
  if (now->state == "open") co_return Because(Reason::kPullRequestReopened, PullName(pull));
  Outcome outcome = Because(Reason::kPullRequestClosed, PullName(pull));
  // By their names, so that no job is touched but ours of this very SHA. An earlier attempt may
  // have been deleted.
  for (int attempt = options_.first_attempt; attempt < options_.first_attempt + kMaxAttempts;
       ++attempt) {
    std::string name = prow::JobName(settings_->github_host_url, pull, attempt);
    const auto found = co_await AbortAttempt(name);
    if (!found) co_return Failed(found.error(), Remote::kKubernetes);
    if (*found && (*found)->empty()) outcome = Because(Reason::kJobAborted, name);
  }
  co_return outcome;
}

Task<Result<std::optional<std::string>>> PieceOfWork::AbortAttempt(std::string name) {
  const auto resource = ProwJobs(*settings_);
  Error conflict;
  for (int tries = 0; tries < kMaxConflicts; ++tries) {
    auto get = deps_.kube.Get(resource, name);
    const auto object = co_await trace_.Time("existing", std::move(get));
    if (!object && object.error().code == ErrorCode::kNotFound) {
      co_return std::optional<std::string>();
    }
    if (!object) co_return object.error();
    const auto existing = ParseExistingJob(*object);
    if (!existing) co_return existing.error();
    trace_.Detail("state " + existing->state);
    if (existing->phase != ExistingJob::Phase::kRunning) {
      co_return std::optional<std::string>(existing->state);
    }
    const std::string patch = AbortPatch(existing->resource_version);
    auto call = deps_.kube.Patch(resource, name, kube::PatchType::kMerge, patch);
    const auto patched = co_await trace_.Time("abort", std::move(call));
    if (patched) {
      job_name_ = name;
      co_return std::optional<std::string>("");
    }
    conflict = patched.error();
    if (conflict.code != ErrorCode::kConflict) break;
  }
  co_return conflict;
}

}  // namespace prow_coverage::handler
