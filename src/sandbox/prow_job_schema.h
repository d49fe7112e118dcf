#pragma once

#include <string>
#include <vector>

#include "kube_status.h"

namespace prow_coverage::sandbox {

struct SchemaFindings {
  std::vector<std::string> unknown;  // paths of fields that no schema knows
  std::vector<Cause> causes;         // what is missing or wrong
};

// Checks an object against Prow's CRD (config/prow/cluster/prowjob-crd of kubernetes-sigs/prow),
// down to the containers and the decoration; what lies deeper may be anything. Unknown fields are
// taken out, as the API server prunes them.
[[nodiscard]] SchemaFindings CheckProwJob(Json& job);

}  // namespace prow_coverage::sandbox
