#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/http/client.h"

#include "endpoint.h"

namespace prow_coverage::github {

// Target of the `rel="next"` link in the value of a Link header (RFC 8288), unchanged.
[[nodiscard]] std::optional<std::string_view> NextLink(std::string_view link);

// Path of the page after this one; nothing on the last one.
// Errors: kInvalidArgument for a link that ApiPath refuses: the list would seem to end here.
[[nodiscard]] Result<std::optional<std::string>> NextPage(const http::Response& response,
                                                          const std::vector<Endpoint>& endpoints);

}  // namespace prow_coverage::github
