#include "body_reader.h"

#include <boost/asio/error.hpp>
#include <boost/beast/http/error.hpp>

namespace prow_coverage::server {
namespace {

namespace asio = boost::asio;
using HttpError = boost::beast::http::error;

// By then, large bodies have arrived or run into the time-out of a body.
constexpr auto kRetryAfter = std::chrono::seconds(10);

constexpr std::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";

}  // namespace

BodyReader::BodyReader(Connection& connection, RequestParser& parser, BodyBudget& budget,
                       bool continue_expected, Limits limits)
    : connection_(connection),
      parser_(parser),
      budget_(budget),
      continue_expected_(continue_expected),
      limits_(limits) {}

BodyReader::~BodyReader() { (void)budget_.Resize(held_, 0); }

Task<Result<std::string>> BodyReader::Read(std::size_t max_bytes) {
  max_bytes_ = max_bytes;
  if (failed_ || parser_.content_length().value_or(0) > max_bytes) {
    failed_ = true;
    co_return Describe(HttpError::body_limit);
  }
  if (!parser_.is_done()) {
    parser_.body_limit(max_bytes);  // the total of all chunks
    parser_.eager(true);
    auto read = co_await ReadToEnd();
    failed_ = !read;
    if (!read) co_return read.error();
  }
  co_return std::move(parser_.body());
}

bool BodyReader::hopeless(std::size_t max_bytes) const {
  return !complete() && (failed_ || continue_expected_ ||
                         parser_.content_length_remaining().value_or(0) > max_bytes);
}

Task<Result<void>> BodyReader::ReadToEnd() {
  ErrorStatus ec;
  if (ParseInput(ec)) co_return Result<void>{};
  if (continue_expected_ && !ec) ec = co_await AnswerContinue();
  connection_.SetDeadline(limits_.timeout);
  while (!ec) {
    ec = co_await connection_.Fill();
    if (!ec && ParseInput(ec)) co_return Result<void>{};
  }
  co_return Describe(ec);
}

Task<ErrorStatus> BodyReader::AnswerContinue() {
  continue_expected_ = false;
  Connection::Pieces pieces{asio::buffer(kContinue)};
  co_return co_await connection_.Write(pieces, limits_.timeout);
}

// True when the body is complete. Without an error and without completion more input is needed.
bool BodyReader::ParseInput(ErrorStatus& ec) {
  const auto input = connection_.input();
  connection_.Consume(parser_.put(asio::buffer(input), ec));
  if (ec == HttpError::need_more) ec = {};
  if (!budget_.Resize(held_, parser_.body().size())) ec = asio::error::no_buffer_space;
  if (!ec && connection_.input().size() > limits_.max_framing_bytes) ec = HttpError::header_limit;
  return !ec && parser_.is_done();
}

Error BodyReader::Describe(const ErrorStatus& ec) const {
  const auto error = [](ErrorCode code, std::string message) {
    return Error{code, std::move(message), {}};
  };
  if (ec == HttpError::body_limit) {
    return error(ErrorCode::kTooLarge,
                 "the body is over the limit of " + std::to_string(max_bytes_) + " bytes");
  }
  if (ec == asio::error::timed_out) {
    return error(ErrorCode::kUnavailable, "the body did not arrive within " +
                                              std::to_string(limits_.timeout.count()) + " ms");
  }
  if (ec == asio::error::no_buffer_space) {
    return {ErrorCode::kRateLimited, "too many large bodies at a time", kRetryAfter};
  }
  if (ec == asio::error::operation_aborted) {
    return error(ErrorCode::kCancelled, "the server is shutting down");
  }
  if (ec == asio::error::eof || ec.category() == asio::error::get_system_category()) {
    return error(ErrorCode::kInvalidArgument, "the body was cut off: " + ec.message());
  }
  return error(ErrorCode::kInvalidArgument, "malformed chunked body: " + ec.message());
}

}  // namespace prow_coverage::server
