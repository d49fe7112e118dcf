#include "existing_job.h"

#include "prow_coverage/json/document.h"

namespace prow_coverage::handler {

Result<ExistingJob> ParseExistingJob(std::string_view object) {
  const auto document = json::Document::Parse(object);
  if (!document) return WithContext(document.error(), "reading the ProwJob that exists");
  ExistingJob job;
  job.state = document->root().OptionalString("status.state").value_or("");
  job.resource_version = document->root().OptionalString("metadata.resourceVersion").value_or("");
  if (job.state == "aborted") {
    job.phase = ExistingJob::Phase::kAborted;
  } else if (job.state == "success" || job.state == "failure" || job.state == "error") {
    job.phase = ExistingJob::Phase::kEnded;
  }
  return job;
}

}  // namespace prow_coverage::handler
