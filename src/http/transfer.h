#pragma once

#include <array>
#include <functional>
#include <memory>
#include <string_view>

#include "prow_coverage/http/client.h"

#include "handles.h"
#include "response_reader.h"
#include "target.h"

namespace prow_coverage::http {

// One exchange: what libcurl is told about it, what arrives, and who waits for the end. One thread
// at a time.
class Transfer {
 public:
  using OnEnd = std::function<void(Result<Response>)>;

  // `on_data` empty: the body is collected, and request.timeout is that of the whole exchange.
  // Errors: kInvalidArgument for a request that cannot be sent.
  [[nodiscard]] static Result<std::shared_ptr<Transfer>> Make(Request request, OnData on_data);

  // Called exactly once, when the exchange has ended one way or another; it must not resume
  // anybody on the spot.
  void set_on_end(OnEnd on_end) { on_end_ = std::move(on_end); }
  void set_on_activity(std::function<void()> on_activity) { on_activity_ = std::move(on_activity); }

  // Tells a fresh `easy` about the request. Errors: kInternal.
  [[nodiscard]] Result<void> Attach(EasyHandle easy);
  [[nodiscard]] EasyHandle Detach() { return std::move(easy_); }
  [[nodiscard]] CURL* easy() const { return easy_.get(); }

  // The exchange has ended as libcurl says, or is ended with `error`. Only the first call counts.
  void Finish(CURLcode code);
  void Abort(Error error);

  [[nodiscard]] bool streams() const { return streams_; }
  [[nodiscard]] std::chrono::milliseconds timeout() const { return request_.timeout; }
  [[nodiscard]] const std::string& host() const { return target_.host; }

 private:
  Transfer(Request request, Target target, StringList headers, OnData on_data);

  [[nodiscard]] CURLcode SetOptions(CURL* easy);
  void End(Result<Response> result);

  static std::size_t OnHeader(char* data, std::size_t size, std::size_t count, void* self) noexcept;
  static std::size_t OnBody(char* data, std::size_t size, std::size_t count, void* self) noexcept;

  const Request request_;
  const Target target_;
  const StringList headers_;
  const bool streams_;
  ResponseReader reader_;
  EasyHandle easy_;
  std::array<char, CURL_ERROR_SIZE> detail_{};
  OnEnd on_end_;
  std::function<void()> on_activity_;
};

}  // namespace prow_coverage::http
