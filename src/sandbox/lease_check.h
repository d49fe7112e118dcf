#pragma once

#include <string>
#include <vector>

#include "kube_status.h"

namespace prow_coverage::sandbox {

struct LeaseFindings {
  std::string undecodable;           // why it is no Lease at all, which is 400; "" when it is one
  std::vector<std::string> unknown;  // paths of fields that a Lease does not have; taken out
  std::vector<Cause> causes;         // what is wrong, which is 422
};

// Checks an object as the API server checks a coordination.k8s.io/v1 Lease. Its times are
// MicroTimes, which Kubernetes reads only with exactly six digits after the second.
[[nodiscard]] LeaseFindings CheckLease(Json& lease);

}  // namespace prow_coverage::sandbox
