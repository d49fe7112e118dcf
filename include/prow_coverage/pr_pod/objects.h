#pragma once

#include <string>
#include <vector>

#include "prow_coverage/kube/client.h"
#include "prow_coverage/pr_pod/plan.h"

namespace prow_coverage::pr_pod {

// An object to be created, as JSON text.
struct Object {
  kube::Resource resource;
  std::string kind;
  std::string name;
  std::string json;
};

inline constexpr const char* kTokenKey = "token";  // in the Secret

// The Job, suspended: its uid is what everything else is owned by.
[[nodiscard]] Object RenderJob(const Plan& plan);

// Everything else, in the order of creation: Secret (with a token), ServiceAccount, Role,
// RoleBinding, ConfigMap with the scripts, and BuildKit's Deployment (when building). Owned by the
// Job of that uid, so that the cluster removes them with it; "" for no owner (to be printed).
[[nodiscard]] std::vector<Object> RenderDependents(const Plan& plan, const std::string& token,
                                                   const std::string& job_uid);

}  // namespace prow_coverage::pr_pod
