#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/metrics/metrics.h"

namespace prow_coverage::github {

// A request as GitHub wants it: GET, or POST of `body` (JSON) when there is one.
// `authorization` "": anonymous.
[[nodiscard]] http::Request ApiRequest(std::string url, std::string_view authorization,
                                       std::string body = {});

// Every request to GitHub is counted by what came of it.
void CountRequest(metrics::Metrics& metrics, const Result<http::Response>& outcome);

}  // namespace prow_coverage::github
