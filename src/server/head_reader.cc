#include "head_reader.h"

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>

#include "reply.h"
#include "request_check.h"
#include "target.h"

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;
using HttpError = boost::beast::http::error;

std::optional<Reply> Judge(const RequestHead& head) {
  if (auto refusal = CheckRequest(head)) return refusal;
  if (!SplitTarget(head.target())) return TextReply(400, "malformed request: invalid target");
  return std::nullopt;
}

Reply ReplyToHeadError(const ErrorStatus& ec, const Options& options) {
  if (ec == asio::error::timed_out) {
    return TextReply(408, "the header did not arrive within " +
                              std::to_string(options.header_timeout.count()) + " ms");
  }
  if (ec == HttpError::header_limit) {
    return TextReply(431, "the header is over the limit of " +
                              std::to_string(options.max_header_bytes) + " bytes or " +
                              std::to_string(RequestParser::kMaxFields) + " fields");
  }
  if (ec == asio::error::eof) return TextReply(400, "malformed request: the header was cut off");
  return TextReply(400, "malformed request: " + ec.message());
}

}  // namespace

Task<std::optional<Reply>> ReadHead(Connection& connection, RequestParser& parser,
                                    const RequestHead& head, const Options& options) {
  std::size_t size = 0;
  for (bool waited = false;; waited = true) {
    ErrorStatus ec;
    const auto used = parser.put(asio::buffer(connection.input()), ec);
    connection.Consume(used);
    size += used;
    // Beast's own limit counts the request line and the fields apart.
    const auto unparsed = ec == HttpError::need_more ? connection.input().size() : 0;
    if (size + unparsed > options.max_header_bytes) ec = HttpError::header_limit;
    if (!ec) co_return Judge(head);
    if (ec != HttpError::need_more) co_return ReplyToHeadError(ec, options);
    if (!waited) connection.SetDeadline(options.header_timeout);
    ec = co_await connection.Fill();
    if (ec) co_return ReplyToHeadError(ec, options);
  }
}

}  // namespace prow_coverage::server
