#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/http/client.h"

namespace prow_coverage::github {

// A request as GitHub wants it: GET, or POST of `body` (JSON) when there is one.
// `authorization` "": anonymous.
[[nodiscard]] http::Request ApiRequest(std::string url, std::string_view authorization,
                                       std::string body = {});

}  // namespace prow_coverage::github
