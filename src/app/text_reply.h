#pragma once

#include <string>
#include <utility>

#include "prow_coverage/server/server.h"

namespace prow_coverage::app {

// A plain-text answer.
[[nodiscard]] inline server::Reply TextReply(int status, std::string text) {
  server::Reply reply;
  reply.status = status;
  reply.body = std::move(text);
  return reply;
}

}  // namespace prow_coverage::app
