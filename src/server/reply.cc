#include "reply.h"

#include <algorithm>
#include <charconv>

#include <boost/beast/http/status.hpp>

namespace prow_coverage::server {
namespace {

void AppendNumber(std::string& out, std::uint64_t number) {
  char digits[20];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

bool IsControl(char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; }

// A value may hold what a client sent: a line break in it would start a header field of the
// client's choice.
void AppendField(std::string& out, std::string_view name, std::string_view value) {
  out.append(name).append(": ");
  const auto begin = out.size();
  out.append(value);
  std::replace_if(out.begin() + static_cast<std::ptrdiff_t>(begin), out.end(), IsControl, ' ');
  out.append("\r\n");
}

void AppendStatusLine(std::string& out, int status) {
  out.append("HTTP/1.1 ");
  AppendNumber(out, static_cast<unsigned>(status));
  out.push_back(' ');
  const auto reason =
      boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  out.append(reason.data(), reason.size()).append("\r\n");
}

void AppendFraming(std::string& out, const Reply& reply, const ReplyFraming& framing) {
  if (framing.body == BodyFraming::kChunked) {
    out.append("Transfer-Encoding: chunked\r\n");
  } else if (framing.body == BodyFraming::kLength && MayHaveBody(reply.status)) {
    out.append("Content-Length: ");
    AppendNumber(out, reply.body.size());
    out.append("\r\n");
  }
  if (!framing.keep_alive) {
    out.append("Connection: close\r\n");
  } else if (framing.version < 11) {
    out.append("Connection: keep-alive\r\n");
  }
}

}  // namespace

bool MayHaveBody(int status) { return status >= 200 && status != 204 && status != 304; }

Reply TextReply(int status, std::string_view text) {
  Reply reply;
  reply.status = status;
  reply.body = text;
  return reply;
}

void AppendHead(std::string& out, const Reply& reply, const ReplyFraming& framing,
                std::string_view date) {
  AppendStatusLine(out, reply.status);
  out.append(date);
  if (MayHaveBody(reply.status)) AppendField(out, "Content-Type", reply.content_type);
  AppendFraming(out, reply, framing);
  if (reply.retry_after) {
    out.append("Retry-After: ");
    AppendNumber(out,
                 static_cast<std::uint64_t>(std::max<std::int64_t>(reply.retry_after->count(), 0)));
    out.append("\r\n");
  }
  for (const auto& [name, value] : reply.headers) AppendField(out, name, value);
  out.append("\r\n");
}

namespace {

Reply Busy(const Error& error) {
  Reply reply = TextReply(503, error.message);
  const auto wait = error.retry_after.value_or(std::chrono::seconds(1));
  reply.retry_after = std::chrono::ceil<std::chrono::seconds>(wait);
  return reply;
}

}  // namespace

Reply ReplyToBodyError(const Error& error) {
  switch (error.code) {
    case ErrorCode::kTooLarge:
      return TextReply(413, error.message);
    case ErrorCode::kUnavailable:
      return TextReply(408, error.message);
    case ErrorCode::kCancelled:
    case ErrorCode::kRateLimited:
      return Busy(error);
    default:
      return TextReply(400, error.message);
  }
}

}  // namespace prow_coverage::server
