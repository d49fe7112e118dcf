#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include <boost/system/result.hpp>

namespace prow_coverage {

// What kind of fault it is; decides what is done about it, never what is told about it.
enum class ErrorCode {
  kInvalidArgument,   // what we were given (flag, file, payload) is broken; permanent
  kNotFound,          // 404, or no such file
  kAlreadyExists,     // 409 on create
  kConflict,          // 409 on update; same key, other content
  kUnauthenticated,   // 401: the credential is refused; it may be rotated
  kPermissionDenied,  // 403 without a rate-limit header
  kRateLimited,       // 429, or 403 with one; `retry_after` is set when the server told it
  kUnavailable,       // transport error, time-out, 5xx, store out of order; transient
  kRejected,          // 400, 422: the remote understood and refuses; permanent
  kTooLarge,          // over a limit of ours or theirs
  kExpired,           // 410: a resourceVersion or continue token is too old
  kCancelled,         // we are shutting down
  kInternal,          // must not happen
};

// The name as it stands in logs, metrics and documents, e.g. "rate_limited".
std::string_view ToString(ErrorCode code);

// What happened, in one line for a person: what was being done, to what, and what to do next.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  // How long the other side asked us to wait, from the moment of its answer.
  std::optional<std::chrono::milliseconds> retry_after;

  bool operator==(const Error&) const = default;
};

// The same error with "<doing>: " before its message.
[[nodiscard]] Error WithContext(Error error, std::string_view doing);

// True when the same call may succeed later with nobody doing anything: kRateLimited, kUnavailable.
[[nodiscard]] bool IsTransient(ErrorCode code);

template <class T>
using Result = boost::system::result<T, Error>;

// Called by Result<T>::value() when there is none; that is a defect in the caller.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location& at);

}  // namespace prow_coverage
