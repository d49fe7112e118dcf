#include "standing.h"

#include <algorithm>
#include <chrono>

#include "prow_coverage/github/commit_gone.h"
#include "prow_coverage/prow/prow_job.h"

namespace prow_coverage::reporter {
namespace {

constexpr std::chrono::hours kMaxRefusal{24};

}  // namespace

std::optional<github::CommitStatus> OursAmong(const std::vector<github::CommitStatus>& statuses) {
  const auto ours = std::find_if(statuses.begin(), statuses.end(), [](const auto& status) {
    return status.context == prow::kJobName;
  });
  if (ours == statuses.end()) return std::nullopt;
  return *ours;
}

bool MeansGone(const Error& error, const Entry& entry, MonotonicTime now) {
  if (github::IsCommitGone(error)) return true;
  const bool refused = error.code == ErrorCode::kRejected || error.code == ErrorCode::kNotFound;
  const bool for_long = entry.failures > 0 && now - entry.failing_since >= kMaxRefusal;
  return refused && for_long && entry.live.empty();
}

}  // namespace prow_coverage::reporter
