#include "metadata.h"

namespace prow_coverage::pr_pod {

kube::Resource Jobs(const std::string& ns) { return {"batch", "v1", "jobs", ns}; }

kube::Resource Pods(const std::string& ns) { return {"", "v1", "pods", ns}; }

kube::Resource Events(const std::string& ns) { return {"", "v1", "events", ns}; }

Json Labels(const Plan& plan) {
  Json labels = {{kManagedByLabel, kManagedBy}, {kRunLabel, plan.names.job}};
  if (plan.target.number == 0) return labels;
  labels["prow-coverage/org"] = LabelValue(plan.target.org);
  labels["prow-coverage/repo"] = LabelValue(plan.target.repo);
  labels["prow-coverage/pull"] = std::to_string(plan.target.number);
  return labels;
}

Json Metadata(const Plan& plan, const std::string& name, const std::string& job_uid) {
  Json metadata = {{"name", name}, {"namespace", plan.ns}, {"labels", Labels(plan)}};
  if (!job_uid.empty()) {
    metadata["ownerReferences"] = Json::array({{{"apiVersion", "batch/v1"},
                                                {"kind", "Job"},
                                                {"name", plan.names.job},
                                                {"uid", job_uid}}});
  }
  return metadata;
}

std::string Dump(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace prow_coverage::pr_pod
