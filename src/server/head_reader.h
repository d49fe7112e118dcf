#pragma once

#include <optional>

#include "prow_coverage/server/server.h"

#include "connection.h"
#include "request_parser.h"

namespace prow_coverage::server {

// Reads a request's header, of which a first byte is there, into `head`, the one that `parser`
// fills. Answers the refusal when the request cannot be served: 400, 408, 431 or 501.
Task<std::optional<Reply>> ReadHead(Connection& connection, RequestParser& parser,
                                    const RequestHead& head, const Options& options);

}  // namespace prow_coverage::server
