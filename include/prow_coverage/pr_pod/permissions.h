#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/task.h"
#include "prow_coverage/kube/client.h"

namespace prow_coverage::pr_pod {

// One thing that a run does to the cluster.
struct Permission {
  std::string_view verb;
  std::string_view group;
  std::string_view resource;
  std::string_view subresource = "";
  bool optional = false;  // what is missing then is words, not the run
};

[[nodiscard]] std::span<const Permission> Permissions();

// "create jobs.batch", "get pods/log"
[[nodiscard]] std::string Describe(const Permission& permission);

// Asks the API server whether we may (SelfSubjectAccessReview, which everybody may ask).
[[nodiscard]] Task<Result<bool>> IsAllowed(kube::Client& kube, std::string ns,
                                           const Permission& permission);

}  // namespace prow_coverage::pr_pod
