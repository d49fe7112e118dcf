#pragma once

#include <cstddef>
#include <string>

#include <boost/beast/http/basic_parser.hpp>

#include "request_head.h"

namespace prow_coverage::server {

// Beast's HTTP/1 parser, filling a RequestHead and a string. One parser reads one request.
class RequestParser final : public boost::beast::http::basic_parser<true> {
 public:
  // A header with more fields than this is refused with `error::header_limit`: GitHub's deliveries
  // have under 20, and 64 KiB of two-byte fields would be 16,000.
  static constexpr std::size_t kMaxFields = 256;

  // `head` is empty, and must outlive the parser.
  explicit RequestParser(RequestHead& head);

  // What has been read of the body.
  std::string& body() { return body_; }

 private:
  using Error = boost::beast::error_code;
  using Text = boost::beast::string_view;

  void on_request_impl(boost::beast::http::verb verb, Text method, Text target, int version,
                       Error& ec) override;
  void on_response_impl(int, Text, int, Error&) override {}
  void on_field_impl(boost::beast::http::field id, Text name, Text value, Error& ec) override;
  void on_header_impl(Error&) override {}
  void on_body_init_impl(const boost::optional<std::uint64_t>& length, Error& ec) override;
  std::size_t on_body_impl(Text data, Error& ec) override;
  void on_chunk_header_impl(std::uint64_t, Text, Error&) override {}
  std::size_t on_chunk_body_impl(std::uint64_t remain, Text data, Error& ec) override;
  void on_finish_impl(Error&) override {}

  RequestHead& head_;
  std::string body_;
};

}  // namespace prow_coverage::server
