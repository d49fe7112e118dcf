#pragma once

#include <chrono>
#include <cstddef>
#include <string>

#include "prow_coverage/base/error.h"

#include "body_budget.h"
#include "connection.h"
#include "request_parser.h"

namespace prow_coverage::server {

// Reads the body of one request, growing with what has arrived. One reader per request.
class BodyReader {
 public:
  struct Limits {
    std::chrono::milliseconds timeout;  // for the whole body
    std::size_t max_framing_bytes;      // for one chunk header, and for the trailers
  };

  // `parser` has read the header. `continue_expected`: the client waits for "100 Continue".
  BodyReader(Connection& connection, RequestParser& parser, BodyBudget& budget,
             bool continue_expected, Limits limits);
  ~BodyReader();
  BodyReader(const BodyReader&) = delete;
  BodyReader& operator=(const BodyReader&) = delete;

  // At most `max_bytes`. Errors: those of Request::ReadBody.
  Task<Result<std::string>> Read(std::size_t max_bytes);

  // True when the next byte of the connection belongs to the next request.
  bool complete() const { return parser_.is_done(); }

  // True when reading would be a waste or cannot go on: the client may never send the body, it has
  // failed already, or it is longer than `max_bytes`.
  bool hopeless(std::size_t max_bytes) const;

 private:
  Task<ErrorStatus> AnswerContinue();
  Task<Result<void>> ReadToEnd();
  bool ParseInput(ErrorStatus& ec);
  Error Describe(const ErrorStatus& ec) const;

  Connection& connection_;
  RequestParser& parser_;
  BodyBudget& budget_;
  std::size_t held_ = 0;  // of the budget, until the request has been answered
  bool continue_expected_;
  const Limits limits_;
  std::size_t max_bytes_ = 0;
  bool failed_ = false;
};

}  // namespace prow_coverage::server
