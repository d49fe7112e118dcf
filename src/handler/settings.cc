#include "prow_coverage/handler/settings.h"

namespace prow_coverage::handler {

kube::Resource ProwJobs(const Settings& settings) {
  return {"prow.k8s.io", "v1", "prowjobs", settings.jobs_namespace};
}

Result<CoverageDirs> DirsFor(const Settings& settings, const config::JobConfig& job) {
  if (job.coverage_dirs) return CoverageDirs::Parse(*job.coverage_dirs);
  if (settings.flag_dirs) return *settings.flag_dirs;
  if (!settings.jobs.built_in()) return CoverageDirs::Everything();
  return CoverageDirs::ParseFlag(kDefaultCoverageDirs);
}

}  // namespace prow_coverage::handler
