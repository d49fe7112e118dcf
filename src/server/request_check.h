#pragma once

#include <optional>

#include "prow_coverage/server/server.h"

#include "request_head.h"

namespace prow_coverage::server {

// What HTTP demands of a header beyond its syntax (RFC 9112, 3.2 and 6.1): one Host, and no
// transfer coding but chunked. A request that two servers may frame differently is how one is
// smuggled past the other. Answers the refusal, or nullopt.
[[nodiscard]] std::optional<Reply> CheckRequest(const RequestHead& head);

}  // namespace prow_coverage::server
