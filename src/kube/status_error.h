#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"
#include "prow_coverage/http/client.h"

namespace prow_coverage::kube {

// What was asked of the API server, for messages.
struct Call {
  std::string verb;    // as RBAC spells it: create, get, list, update, patch, delete, watch
  std::string target;  // "prowjobs.prow.k8s.io in namespace x", or a path

  bool operator==(const Call&) const = default;
};

// What an answer other than 2xx means. `body` is the API server's Status object; anything else (a
// proxy's page, nothing) is read by the code alone. Pure.
[[nodiscard]] Error StatusError(const Call& call, int http_status, std::string_view body);

// The same, with the answer's Retry-After.
[[nodiscard]] Error StatusError(const Call& call, const http::Response& response);

}  // namespace prow_coverage::kube
