#include "existing_job.h"

#include "prow_coverage/kube/rfc3339.h"

namespace prow_coverage::handler {

ExistingJob::Phase PhaseOf(std::string_view state) {
  if (state == "aborted") return ExistingJob::Phase::kAborted;
  if (state == "success" || state == "failure" || state == "error") {
    return ExistingJob::Phase::kEnded;
  }
  return ExistingJob::Phase::kRunning;
}

ExistingJob ReadExistingJob(const json::Value& job) {
  ExistingJob existing;
  existing.state = job.OptionalString("status.state").value_or("");
  existing.phase = PhaseOf(existing.state);
  existing.resource_version = job.OptionalString("metadata.resourceVersion").value_or("");
  existing.start_time = kube::ParseRfc3339(job.OptionalString("status.startTime").value_or(""));
  return existing;
}

Result<ExistingJob> ParseExistingJob(std::string_view object) {
  const auto document = json::Document::Parse(object);
  if (!document) return WithContext(document.error(), "reading the ProwJob that exists");
  return ReadExistingJob(document->root());
}

}  // namespace prow_coverage::handler
