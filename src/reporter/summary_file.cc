#include "summary_file.h"

#include <string>
#include <utility>

#include "prow_coverage/prow/prow_job.h"

namespace prow_coverage::reporter {

Task<Result<results::Summary>> FetchSummary(results::ArtifactStore& store,
                                            std::shared_ptr<const Job> job) {
  auto path = prow::BuildPath(job->gcs, PullOf(job->head), prow::kJobName, job->build_id);
  if (job->build_id.empty() || prow::BucketName(job->gcs.bucket).empty()) {
    co_return Error{ErrorCode::kNotFound, "the job has no build ID or no bucket", {}};
  }
  path.insert(path.begin(), prow::BucketName(job->gcs.bucket));
  path.insert(path.end(), {"artifacts", std::string(results::kSummaryFile)});
  const auto text = co_await store.Get(path);
  if (!text) {
    // What we were given is at fault, not the file.
    const bool ours = text.error().code == ErrorCode::kInvalidArgument;
    co_return Error{ours ? ErrorCode::kRejected : text.error().code, text.error().message, {}};
  }
  auto summary = results::ParseSummary(*text);
  if (!summary) co_return WithContext(summary.error(), "coverage-summary.json");
  co_return summary;
}

std::string WhyNoSummary(const Error& error) {
  switch (error.code) {
    case ErrorCode::kInvalidArgument:
      return error.message.substr(0, error.message.find(" ("));
    case ErrorCode::kNotFound:
      return "there is no coverage-summary.json";
    case ErrorCode::kTooLarge:
      return "coverage-summary.json is too large";
    case ErrorCode::kUnavailable:
      return "the artifact store does not answer";
    case ErrorCode::kPermissionDenied:
      return "the summary is missing or forbidden";
    default:
      return "coverage-summary.json cannot be fetched";
  }
}

bool IsOfTheStore(const Error& error) {
  return error.code == ErrorCode::kUnavailable || error.code == ErrorCode::kPermissionDenied;
}

}  // namespace prow_coverage::reporter
