#pragma once

#include <string_view>

namespace prow_coverage::prow {

// At most 63 of [A-Za-z0-9_.-], alphanumeric at both ends; "" is one as well.
[[nodiscard]] bool IsLabelValue(std::string_view text);

// A key of a label or an annotation: a name, with a DNS subdomain and a slash before it or not.
[[nodiscard]] bool IsQualifiedName(std::string_view text);

}  // namespace prow_coverage::prow
