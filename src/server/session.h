#pragma once

#include <memory>

#include "connection.h"
#include "server_context.h"

namespace prow_coverage::server {

// Serves the requests of one connection in a coroutine of its own, one after the other, so that
// pipelined ones are answered in their order.
void StartSession(const std::shared_ptr<ServerContext>& context, Socket socket);

}  // namespace prow_coverage::server
