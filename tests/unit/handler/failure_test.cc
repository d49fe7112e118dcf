#include "prow_coverage/handler/failure.h"

#include <map>

#include <gtest/gtest.h>

namespace prow_coverage::handler {
namespace {

using namespace std::chrono_literals;

TEST(Failure, WaitsForWhatMayPassAndGivesUpWhatWasRefused) {
  struct Row {
    ErrorCode code;
    Remote remote;
    Failure expected;
  };
  const Row rows[] = {
      {ErrorCode::kRateLimited, Remote::kGitHub, {Reason::kWaitingForGitHub, true, false}},
      {ErrorCode::kUnavailable, Remote::kGitHub, {Reason::kWaitingForGitHub, true, false}},
      {ErrorCode::kUnauthenticated, Remote::kGitHub, {Reason::kWaitingForGitHub, true, true}},
      {ErrorCode::kPermissionDenied, Remote::kGitHub, {Reason::kWaitingForGitHub, true, true}},
      {ErrorCode::kNotFound, Remote::kGitHub, {Reason::kWaitingForAccess, true, true}},
      {ErrorCode::kRejected, Remote::kGitHub, {Reason::kRefusedByGitHub, false, true}},
      {ErrorCode::kNotFound, Remote::kGitHubStatus, {Reason::kWaitingForGitHub, true, true}},
      {ErrorCode::kRejected, Remote::kGitHubStatus, {Reason::kWaitingForGitHub, true, true}},
      {ErrorCode::kUnavailable, Remote::kKubernetes, {Reason::kWaitingForKubernetes, true, false}},
      {ErrorCode::kNotFound, Remote::kKubernetes, {Reason::kWaitingForKubernetes, true, true}},
      {ErrorCode::kPermissionDenied,
       Remote::kKubernetes,
       {Reason::kWaitingForKubernetes, true, true}},
      {ErrorCode::kRejected, Remote::kKubernetes, {Reason::kRefusedByKubernetes, false, true}},
      {ErrorCode::kTooLarge, Remote::kKubernetes, {Reason::kRefusedByKubernetes, false, true}},
      {ErrorCode::kUnavailable, Remote::kInbox, {Reason::kWaitingForInbox, true, true}},
      {ErrorCode::kRejected, Remote::kInbox, {Reason::kWaitingForInbox, true, true}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(ToString(row.code));
    EXPECT_EQ(Classify({row.code, "", {}}, row.remote), row.expected);
  }
}

TEST(RetryDelay, NeverUndercutsWhatTheOtherSideAskedFor) {
  const Error error{ErrorCode::kRateLimited, "", 7s};
  EXPECT_EQ(RetryDelay(error, 0, 0.0), 7s);
  EXPECT_GT(RetryDelay(error, 0, 0.99), 7s);
  EXPECT_LT(RetryDelay(error, 0, 0.99), 9s);
}

TEST(RetryDelay, BacksOffFromAnOtherSideThatKeepsSayingAtOnce) {
  const Error error{ErrorCode::kRateLimited, "", 0s};
  EXPECT_EQ(RetryDelay(error, 0, 0.0), 250ms);
  EXPECT_GT(RetryDelay(error, 30, 0.99), 4min);
}

TEST(RetryDelay, SpreadsAThousandThatWereToldTheSame) {
  const Error error{ErrorCode::kRateLimited, "", 10min};
  std::map<std::int64_t, int> by_second;
  for (int i = 0; i < 1000; ++i) ++by_second[RetryDelay(error, 0, i / 1000.0) / 1s];
  for (const auto& [second, count] : by_second) EXPECT_LE(count, 35) << second;
}

TEST(RetryDelay, GrowsToFiveMinutes) {
  const Error error{ErrorCode::kUnavailable, "", {}};
  EXPECT_EQ(RetryDelay(error, 0, 0.0), 250ms);
  EXPECT_LE(RetryDelay(error, 0, 0.99), 2s);
  EXPECT_GT(RetryDelay(error, 30, 0.99), 4min);
  EXPECT_LE(RetryDelay(error, 1000, 0.99), 5min);
}

}  // namespace
}  // namespace prow_coverage::handler
