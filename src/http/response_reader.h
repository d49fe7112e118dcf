#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <string_view>

#include "prow_coverage/http/client.h"

namespace prow_coverage::http {

using OnData = std::function<Result<void>(std::string_view data)>;

// Puts an answer together from libcurl's header lines and pieces of body. Interim answers (1xx) are
// replaced by the final one; trailers are dropped.
class ResponseReader {
 public:
  // With `on_data` the body of a 2xx goes there, unbounded; all else is collected.
  ResponseReader(std::size_t max_body_bytes, OnData on_data);

  // False when the exchange must end; error() says why.
  [[nodiscard]] bool Header(std::string_view line);
  [[nodiscard]] bool Body(std::string_view data);

  [[nodiscard]] const std::optional<Error>& error() const { return error_; }
  // False when the peer went away before the header's end; libcurl takes that for an answer.
  [[nodiscard]] bool header_ended() const { return header_ended_; }
  [[nodiscard]] Response& response() { return response_; }

 private:
  bool Fail(Error error);
  bool Hand(std::string_view data);

  const std::size_t max_body_bytes_;
  const OnData on_data_;
  Response response_;
  std::size_t header_bytes_ = 0;
  bool header_ended_ = false;
  std::optional<Error> error_;
};

}  // namespace prow_coverage::http
