#pragma once

#include <string>
#include <vector>

#include "json.h"
#include "kube_resource.h"

namespace prow_coverage::sandbox {

// Why one field is refused.
struct Cause {
  std::string reason;   // "FieldValueRequired", "FieldValueInvalid", …
  std::string message;  // "Required value"
  std::string field;    // "spec.job"
};

// The API server's Status object for a failure.
[[nodiscard]] Json KubeFailure(int code, const std::string& reason, const std::string& message,
                               const Json& details = Json());

[[nodiscard]] server::Reply KubeFailureReply(int code, const std::string& reason,
                                             const std::string& message,
                                             const Json& details = Json());

// Failures about one object.
[[nodiscard]] server::Reply NotFoundReply(const ResourceType& type, const std::string& name);
[[nodiscard]] server::Reply AlreadyExistsReply(const ResourceType& type, const std::string& name);
[[nodiscard]] server::Reply ConflictReply(const ResourceType& type, const std::string& name,
                                          const std::string& why);
[[nodiscard]] server::Reply InvalidReply(const ResourceType& type, const std::string& name,
                                         const std::vector<Cause>& causes);

}  // namespace prow_coverage::sandbox
