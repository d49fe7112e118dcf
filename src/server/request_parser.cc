#include "request_parser.h"

#include <algorithm>
#include <limits>

#include <boost/beast/http/error.hpp>

namespace prow_coverage::server {
namespace {

namespace http = boost::beast::http;

// A declared length is only a claim: more than this is not reserved before the bytes are there.
constexpr std::uint64_t kMaxReservedBytes = 64 << 10;

}  // namespace

RequestParser::RequestParser(RequestHead& head) : head_(head) {
  // Limits are the reader's: the handler decides first whether the body matters at all.
  body_limit(boost::none);
  header_limit(std::numeric_limits<std::uint32_t>::max());
}

void RequestParser::on_request_impl(http::verb, Text method, Text target, int version, Error&) {
  head_.SetLine(method, target, version);
}

void RequestParser::on_field_impl(http::field, Text name, Text value, Error& ec) {
  // A trailer must not pass for a header field: the header has been judged by now.
  if (is_header_done()) return;
  if (head_.size() == kMaxFields) {
    ec = http::error::header_limit;
    return;
  }
  head_.AddField(name, value);
}

void RequestParser::on_body_init_impl(const boost::optional<std::uint64_t>& length, Error&) {
  if (length) body_.reserve(std::min(*length, kMaxReservedBytes));
}

std::size_t RequestParser::on_body_impl(Text data, Error&) {
  body_.append(data.data(), data.size());
  return data.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text data, Error& ec) {
  return on_body_impl(data, ec);
}

}  // namespace prow_coverage::server
