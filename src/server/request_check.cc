#include "request_check.h"

#include <boost/beast/core/string.hpp>

#include "reply.h"

namespace prow_coverage::server {

std::optional<Reply> CheckRequest(const RequestHead& head) {
  const auto hosts = head.Count("Host");
  if (hosts > 1) return TextReply(400, "malformed request: more than one Host");
  if (hosts == 0 && head.version() >= 11) return TextReply(400, "malformed request: no Host");
  const auto coding = head.Find("Transfer-Encoding");
  if (!coding) return std::nullopt;
  if (head.version() < 11) {
    return TextReply(400, "malformed request: HTTP/1.0 has no Transfer-Encoding");
  }
  if (head.Count("Transfer-Encoding") > 1 || !boost::beast::iequals(*coding, "chunked")) {
    return TextReply(501, "the only Transfer-Encoding understood is chunked");
  }
  return std::nullopt;
}

}  // namespace prow_coverage::server
