#include "prow_coverage/pr_pod/remove.h"

#include <algorithm>
#include <utility>

#include "prow_coverage/pr_pod/names.h"

#include "metadata.h"

namespace prow_coverage::pr_pod {

Task<Result<std::vector<JobState>>> ListRuns(kube::Client& kube, std::string ns) {
  const kube::Resource jobs = Jobs(ns);
  kube::ListOptions ours;
  ours.label_selector = std::string(kManagedByLabel) + "=" + kManagedBy;
  Result<kube::ObjectList> list = co_await kube.List(jobs, ours);
  if (!list) co_return list.error();
  std::vector<JobState> runs;
  for (const std::string& item : list->items) {
    if (auto job = ReadJob(item)) runs.push_back(std::move(*job));
  }
  // RFC 3339 in UTC: text order is time order.
  std::stable_sort(runs.begin(), runs.end(),
                   [](const JobState& a, const JobState& b) { return a.created < b.created; });
  co_return runs;
}

Task<Result<void>> Remove(kube::Client& kube, std::string ns, JobState job) {
  const kube::Resource jobs = Jobs(ns);
  Result<void> deleted = co_await kube.Delete(jobs, job.name, job.uid);
  if (!deleted && deleted.error().code == ErrorCode::kNotFound) co_return Result<void>();
  co_return deleted;
}

}  // namespace prow_coverage::pr_pod
