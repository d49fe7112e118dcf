#include "prow_coverage/base/error.h"

#include <stdexcept>
#include <utility>

namespace prow_coverage {

std::string_view ToString(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kAlreadyExists:
      return "already_exists";
    case ErrorCode::kConflict:
      return "conflict";
    case ErrorCode::kUnauthenticated:
      return "unauthenticated";
    case ErrorCode::kPermissionDenied:
      return "permission_denied";
    case ErrorCode::kRateLimited:
      return "rate_limited";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kRejected:
      return "rejected";
    case ErrorCode::kTooLarge:
      return "too_large";
    case ErrorCode::kExpired:
      return "expired";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      return "internal";
  }
  return "internal";
}

Error WithContext(Error error, std::string_view doing) {
  error.message = std::string(doing) + ": " + error.message;
  return error;
}

bool IsTransient(ErrorCode code) {
  return code == ErrorCode::kRateLimited || code == ErrorCode::kUnavailable;
}

void throw_exception_from_error(const Error& error, const boost::source_location& at) {
  throw std::logic_error(std::string(at.file_name()) + ":" + std::to_string(at.line()) +
                         ": value() of a failed result: " + error.message);
}

}  // namespace prow_coverage
