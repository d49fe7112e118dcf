#pragma once

#include <string_view>
#include <vector>

#include "kube_status.h"

namespace prow_coverage::sandbox {

// True for what RFC 1123 calls a subdomain, as object names must be.
[[nodiscard]] bool IsDnsSubdomain(std::string_view text);

// What is wrong with metadata's name, labels and annotations.
[[nodiscard]] std::vector<Cause> CheckMetadata(const Json& metadata);

}  // namespace prow_coverage::sandbox
