#include "prow_coverage/pr_pod/remove.h"

#include <algorithm>
#include <utility>

#include "prow_coverage/pr_pod/names.h"

#include "metadata.h"

namespace prow_coverage::pr_pod {

Task<Result<Runs>> ListRuns(kube::Client& kube, std::string ns) {
  const kube::Resource jobs = Jobs(ns);
  kube::ListOptions ours;
  ours.label_selector = std::string(kManagedByLabel) + "=" + kManagedBy;
  Result<kube::ObjectList> list = co_await kube.List(jobs, ours);
  if (!list) co_return list.error();
  Runs runs;
  for (const std::string& item : list->items) {
    Result<JobState> job = ReadJob(item);
    if (job) runs.jobs.push_back(std::move(*job));
    if (!job) runs.broken.push_back(job.error().message);
  }
  // RFC 3339 in UTC: text order is time order.
  std::stable_sort(runs.jobs.begin(), runs.jobs.end(),
                   [](const JobState& a, const JobState& b) { return a.created < b.created; });
  co_return runs;
}

Task<Result<JobState>> FindRun(kube::Client& kube, std::string ns, std::string job) {
  const kube::Resource jobs = Jobs(ns);
  Result<std::string> found = co_await kube.Get(jobs, job);
  if (!found) co_return found.error();
  Result<JobState> state = ReadJob(*found);
  if (state && !state->ours) {
    co_return Error{ErrorCode::kNotFound, "Job " + job + " was not made by pr-pod", {}};
  }
  co_return state;
}

Task<Result<void>> Remove(kube::Client& kube, std::string ns, JobState job) {
  const kube::Resource jobs = Jobs(ns);
  Result<void> deleted = co_await kube.Delete(jobs, job.name, job.uid);
  if (!deleted && deleted.error().code == ErrorCode::kNotFound) co_return Result<void>();
  co_return deleted;
}

}  // namespace prow_coverage::pr_pod
