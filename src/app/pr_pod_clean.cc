#include <chrono>
#include <ctime>
#include <string>
#include <utility>
#include <vector>

#include "prow_coverage/pr_pod/remove.h"

#include "pr_pod_look.h"
#include "pr_pod_print.h"
#include "pr_pod_session.h"

namespace prow_coverage::app {
namespace {

// Seconds since the Unix epoch of an RFC 3339 time in UTC, as Kubernetes writes it; 0 for another.
std::time_t ToSeconds(const std::string& time) {
  std::tm parts{};
  const char* end = ::strptime(time.c_str(), "%Y-%m-%dT%H:%M:%SZ", &parts);
  return end != nullptr && *end == '\0' ? ::timegm(&parts) : 0;
}

bool IsOldEnough(const pr_pod::JobState& job, std::chrono::milliseconds age) {
  const auto limit = std::chrono::system_clock::now() - age;
  return ToSeconds(job.created) <= std::chrono::system_clock::to_time_t(limit);
}

// What the flags choose, and how many entries could not be read.
struct Chosen {
  std::vector<pr_pod::JobState> jobs;
  int broken = 0;
};

Result<Chosen> ChooseOne(PrPodSession& session, const std::string& name) {
  const auto job = session.Run(pr_pod::FindRun(session.kube(), session.dev().cluster.ns, name));
  if (!job) return Error{ErrorCode::kCancelled, "interrupted", {}};
  if (*job) return Chosen{{**job}, 0};
  if (job->error().code == ErrorCode::kNotFound) return Chosen{};
  return job->error();
}

Result<Chosen> ChooseAll(PrPodSession& session, std::chrono::milliseconds older_than) {
  const auto runs = session.Run(pr_pod::ListRuns(session.kube(), session.dev().cluster.ns));
  if (!runs) return Error{ErrorCode::kCancelled, "interrupted", {}};
  if (!*runs) return runs->error();
  Chosen chosen;
  for (const auto& broken : (*runs)->broken) {
    PrPodFail("an entry cannot be read and is left alone: " + broken);
    ++chosen.broken;
  }
  for (const auto& job : (*runs)->jobs) {
    if (IsOldEnough(job, older_than)) chosen.jobs.push_back(job);
  }
  return chosen;
}

// One that cannot be removed does not keep the others.
int RemoveEach(PrPodSession& session, const std::vector<pr_pod::JobState>& jobs) {
  int failures = 0;
  for (const auto& job : jobs) {
    const auto removed = session.Run(pr_pod::Remove(session.kube(), session.dev().cluster.ns, job));
    if (!removed) return failures + 1;
    if (*removed) {
      PrPodSay("removed Job " + job.name + " and all that it owns");
    } else {
      PrPodFail(job.name + ": " + removed->error().message);
      ++failures;
    }
  }
  return failures;
}

}  // namespace

int PrPodClean(const PrPodOptions& options) {
  auto dev = OpenDevCluster(options.place);
  if (!dev) return PrPodFail(dev.error().message);
  PrPodSession session(std::move(*dev));
  const auto chosen =
      options.all ? ChooseAll(session, options.older_than) : ChooseOne(session, options.place.name);
  if (!chosen) return PrPodFail(chosen.error().message);
  if (chosen->jobs.empty()) PrPodSay("nothing to remove in namespace " + session.dev().cluster.ns);
  if (options.dry_run) {
    for (const auto& job : chosen->jobs) PrPodSay("would remove Job " + job.name);
    return chosen->broken == 0 ? 0 : 1;
  }
  return RemoveEach(session, chosen->jobs) + chosen->broken == 0 ? 0 : 1;
}

}  // namespace prow_coverage::app
