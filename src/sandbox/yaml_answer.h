#pragma once

#include "prow_coverage/server/server.h"

namespace prow_coverage::sandbox {

// The same answer as YAML when the client asks for it (Accept: application/yaml, as the Kubernetes
// API understands it, too) and it is whole JSON; else as it is.
[[nodiscard]] server::Reply InWantedForm(const server::Request& request, server::Reply reply);

}  // namespace prow_coverage::sandbox
