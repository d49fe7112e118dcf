#include "validate.h"

#include "quantity.h"

namespace prow_coverage::config {
namespace {

struct Requirement {
  bool (*broken)(const JobConfig& job);
  std::string_view what;
};

constexpr Requirement kRequirements[] = {
    // The built-in image lacks /usr/local/bin/coverage-report.sh, which testPackages is handed to.
    {[](const JobConfig& job) {
       return !job.test_packages.empty() && job.command.empty() && job.image.empty();
     },
     "testPackages needs an image with coverage-report.sh, set image here or in defaults"},
    {[](const JobConfig& job) {
       return !job.test_packages.empty() && job.command.empty() && !job.args.empty();
     },
     "args would be lost next to testPackages, set command as well or take testPackages away with "
     "null"},
    {[](const JobConfig& job) {
       return (job.gcs.path_strategy == "single" || job.gcs.path_strategy == "legacy") &&
              (job.gcs.default_org.empty() || job.gcs.default_repo.empty());
     },
     "gcs.pathStrategy single and legacy need gcs.defaultOrg and gcs.defaultRepo, set both or use "
     "explicit"},
    {[](const JobConfig& job) { return job.mount_github_token && job.github_token_secret.empty(); },
     "mountGithubToken needs githubTokenSecret, set it or leave mountGithubToken out"},
};

// Kubernetes refuses the pod of such a job, and the job ends as `error`.
Result<void> CheckRequestsWithinLimits(const Value& entry, const JobConfig& job) {
  if (!job.resources.contains("requests") || !job.resources.contains("limits")) return {};
  const auto& limits = job.resources["limits"];
  for (const auto& [name, request] : job.resources["requests"].items()) {
    const auto limit = limits.find(name);
    if (limit == limits.end()) continue;
    if (ParseQuantity(request.get<std::string>()) > ParseQuantity(limit->get<std::string>())) {
      return entry.Fault("resources.requests." + name + " " + request.dump() +
                         " is more than its limit " + limit->dump() + ", lower it");
    }
  }
  return {};
}

}  // namespace

Result<void> Validate(const Value& entry, const JobConfig& job) {
  for (const Requirement& requirement : kRequirements) {
    if (requirement.broken(job)) return entry.Fault(requirement.what);
  }
  return CheckRequestsWithinLimits(entry, job);
}

}  // namespace prow_coverage::config
