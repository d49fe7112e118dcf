#include "prow_coverage/base/error.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(Error, CodesHaveTheNamesThatLogsAndMetricsShow) {
  const struct {
    ErrorCode code;
    const char* name;
    bool transient;
  } rows[] = {
      {ErrorCode::kInvalidArgument, "invalid_argument", false},
      {ErrorCode::kNotFound, "not_found", false},
      {ErrorCode::kAlreadyExists, "already_exists", false},
      {ErrorCode::kConflict, "conflict", false},
      {ErrorCode::kUnauthenticated, "unauthenticated", false},
      {ErrorCode::kPermissionDenied, "permission_denied", false},
      {ErrorCode::kRateLimited, "rate_limited", true},
      {ErrorCode::kUnavailable, "unavailable", true},
      {ErrorCode::kRejected, "rejected", false},
      {ErrorCode::kTooLarge, "too_large", false},
      {ErrorCode::kExpired, "expired", false},
      {ErrorCode::kCancelled, "cancelled", false},
      {ErrorCode::kInternal, "internal", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(ToString(row.code), row.name);
    EXPECT_EQ(IsTransient(row.code), row.transient);
  }
}

TEST(Error, ContextComesFirstAndKeepsCodeAndWait) {
  const Error inner{ErrorCode::kRateLimited, "429", std::chrono::milliseconds(7000)};
  const Error expected{ErrorCode::kRateLimited, "reading files: 429",
                       std::chrono::milliseconds(7000)};
  EXPECT_EQ(WithContext(inner, "reading files"), expected);
}

TEST(Error, ValueOfAFailedResultThrowsWithItsMessage) {
  const Result<int> failed = Error{ErrorCode::kNotFound, "no such file", {}};
  try {
    (void)failed.value();
    FAIL() << "value() of a failed result returned";
  } catch (const std::logic_error& error) {
    EXPECT_NE(std::string(error.what()).find("no such file"), std::string::npos);
  }
}

}  // namespace
}  // namespace prow_coverage
