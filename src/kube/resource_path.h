#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/kube/client.h"

namespace prow_coverage::kube {

// "/apis/prow.k8s.io/v1/namespaces/x/prowjobs", escaped; "/api/v1/…" for the core group.
[[nodiscard]] std::string CollectionPath(const Resource& resource);

// The same with the object's name.
// Errors: kInvalidArgument for a name that is "", "." or "..": it would name something else.
[[nodiscard]] Result<std::string> ObjectPath(const Resource& resource, std::string_view name);

// "?a=b&c=d" without those whose value is "", escaped; "" when none is left.
[[nodiscard]] std::string Query(
    const std::vector<std::pair<std::string_view, std::string>>& parameters);

// "prowjobs.prow.k8s.io in namespace x", for messages.
[[nodiscard]] std::string Describe(const Resource& resource);

}  // namespace prow_coverage::kube
