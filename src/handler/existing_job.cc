#include "existing_job.h"

#include "prow_coverage/json/document.h"
#include "prow_coverage/kube/rfc3339.h"

namespace prow_coverage::handler {

ExistingJob::Phase PhaseOf(std::string_view state) {
  if (state == "aborted") return ExistingJob::Phase::kAborted;
  if (state == "success" || state == "failure" || state == "error") {
    return ExistingJob::Phase::kEnded;
  }
  return ExistingJob::Phase::kRunning;
}

Result<ExistingJob> ParseExistingJob(std::string_view object) {
  const auto document = json::Document::Parse(object);
  if (!document) return WithContext(document.error(), "reading the ProwJob that exists");
  ExistingJob job;
  job.state = document->root().OptionalString("status.state").value_or("");
  job.phase = PhaseOf(job.state);
  job.resource_version = document->root().OptionalString("metadata.resourceVersion").value_or("");
  job.start_time =
      kube::ParseRfc3339(document->root().OptionalString("status.startTime").value_or(""));
  return job;
}

}  // namespace prow_coverage::handler
