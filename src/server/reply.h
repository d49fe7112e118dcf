#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/server/server.h"

namespace prow_coverage::server {

[[nodiscard]] Reply TextReply(int status, std::string_view text);

enum class BodyFraming { kLength, kChunked, kUntilClose };

struct ReplyFraming {
  BodyFraming body = BodyFraming::kLength;
  bool keep_alive = true;
  int version = 11;  // of the request
};

// Appends status line and header, up to and with the empty line. `date` is the Date field's line.
void AppendHead(std::string& out, const Reply& reply, const ReplyFraming& framing,
                std::string_view date);

// False for the statuses that HTTP gives no body (1xx, 204, 304).
[[nodiscard]] bool MayHaveBody(int status);

}  // namespace prow_coverage::server
