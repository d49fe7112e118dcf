#include "retry_decision.h"

#include <gtest/gtest.h>

namespace prow_coverage::github {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kAnsweredAt{std::chrono::seconds(1787133600)};  // 2026-08-19T10:00:00Z

RetryDecision DecideOn(const Result<http::Response>& outcome, const Retries& retries = {},
                       const RetryPolicy& policy = {}) {
  return Decide(outcome, retries, policy, kAnsweredAt, 0.5);
}

Result<http::Response> Answered(int status, http::Headers headers = {}, std::string body = "{}") {
  return http::Response{status, std::move(headers), std::move(body)};
}

struct Row {
  const char* name;
  Result<http::Response> outcome;
  Next next;
  ErrorCode code;
  std::chrono::milliseconds wait{0};
  std::chrono::milliseconds host_block{0};
};

void ExpectRows(std::initializer_list<Row> rows) {
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto decision = DecideOn(row.outcome);
    EXPECT_EQ(decision.next, row.next);
    EXPECT_EQ(decision.wait, row.wait);
    EXPECT_EQ(decision.host_block, row.host_block);
    if (row.next != Next::kAnswer) {
      EXPECT_EQ(decision.error.code, row.code);
    }
    EXPECT_EQ(decision.counter == nullptr, row.next == Next::kAnswer || row.next == Next::kGiveUp);
  }
}

TEST(RetryDecision, FirstAttempt) {
  ExpectRows({
      {"200", Answered(200), Next::kAnswer, {}},
      {"201", Answered(201), Next::kAnswer, {}},
      {"304", Answered(304), Next::kAnswer, {}},
      {"500", Answered(500), Next::kNextEndpoint, ErrorCode::kUnavailable, 1s},
      {"502 of HTML", Answered(502, {}, "<html>"), Next::kNextEndpoint, ErrorCode::kUnavailable,
       1s},
      {"408", Answered(408), Next::kNextEndpoint, ErrorCode::kUnavailable, 1s},
      {"no connection", Error{ErrorCode::kUnavailable, "refused", {}}, Next::kNextEndpoint,
       ErrorCode::kUnavailable, 1s},
      {"401", Answered(401), Next::kRenewCredential, ErrorCode::kUnauthenticated},
      {"403", Answered(403), Next::kRenewCredential, ErrorCode::kPermissionDenied},
      {"404", Answered(404), Next::kRetry, ErrorCode::kNotFound, 2s},
      {"410", Answered(410), Next::kGiveUp, ErrorCode::kNotFound},
      {"409", Answered(409), Next::kGiveUp, ErrorCode::kRejected},
      {"422", Answered(422), Next::kGiveUp, ErrorCode::kRejected},
      {"301", Answered(301, {{"location", "/x"}}), Next::kRedirect, ErrorCode::kInvalidArgument},
      {"301 to nowhere", Answered(301), Next::kGiveUp, ErrorCode::kInvalidArgument},
      {"303", Answered(303, {{"location", "/x"}}), Next::kGiveUp, ErrorCode::kInvalidArgument},
      {"100", Answered(100), Next::kGiveUp, ErrorCode::kInvalidArgument},
      {"0", Answered(0), Next::kGiveUp, ErrorCode::kInvalidArgument},
      {"too large", Error{ErrorCode::kTooLarge, "", {}}, Next::kGiveUp, ErrorCode::kTooLarge},
      {"shutdown", Error{ErrorCode::kCancelled, "", {}}, Next::kGiveUp, ErrorCode::kCancelled},
      {"the only endpoint's certificate", Error{ErrorCode::kInvalidArgument, "", {}}, Next::kGiveUp,
       ErrorCode::kInvalidArgument},
  });
}

Row Limited(const char* name, int status, http::Headers headers, std::chrono::seconds block,
            std::string body = "{}") {
  const bool again = block <= 120s;
  return {name,
          Answered(status, std::move(headers), std::move(body)),
          again ? Next::kRetry : Next::kGiveUp,
          ErrorCode::kRateLimited,
          again ? 1s : 0s,
          block};
}

TEST(RetryDecision, RateLimitBlocksTheHost) {
  const auto reset = [](std::string epoch) {
    return http::Headers{{"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", std::move(epoch)}};
  };
  ExpectRows({
      Limited("429, seconds", 429, {{"retry-after", "7"}}, 7s),
      Limited("403, seconds", 403, {{"retry-after", "7"}}, 7s),
      Limited("date", 429, {{"retry-after", "Wed, 19 Aug 2026 10:00:30 GMT"}}, 30s),
      Limited("date in the past", 429, {{"retry-after", "Wed, 19 Aug 2015 10:00:30 GMT"}}, 0s),
      Limited("date in the year 3000", 429, {{"retry-after", "Fri, 01 Jan 3000 00:00:00 GMT"}}, 1h),
      Limited("zero seconds", 429, {{"retry-after", "0"}}, 0s),
      Limited("negative", 429, {{"retry-after", "-7"}}, 60s),
      Limited("no number", 403, {{"retry-after", "soon"}}, 60s),
      Limited("empty", 403, {{"retry-after", ""}}, 60s),
      Limited("fraction", 429, {{"retry-after", "1.5"}}, 60s),
      Limited("over 64 bits", 429, {{"retry-after", "99999999999999999999999"}}, 1h),
      Limited("reset", 403, reset("1787133660"), 61s),
      Limited("reset in the past", 403, reset("1"), 1s),
      Limited("reset in the year 3000", 403, reset("32503680000"), 1h),
      Limited("reset over 64 bits", 403, reset("99999999999999999999999"), 1h),
      Limited("negative reset", 403, reset("-1"), 60s),
      Limited("exhausted, no reset", 403, {{"x-ratelimit-remaining", "0"}}, 60s),
      Limited("Retry-After before reset", 403,
              {{"retry-after", "7"}, {"x-ratelimit-remaining", "0"}, {"x-ratelimit-reset", "1"}},
              7s),
      Limited("429, untold", 429, {}, 60s),
      Limited("secondary limit", 403, {}, 60s,
              R"({"message":"You have exceeded a secondary rate limit."})"),
      {"calls remain", Answered(403, {{"x-ratelimit-remaining", "1"}}), Next::kRenewCredential,
       ErrorCode::kPermissionDenied},
      {"of the credential's own call", Error{ErrorCode::kRateLimited, "", 9s}, Next::kRetry,
       ErrorCode::kRateLimited, 1s, 9s},
  });
}

TEST(RetryDecision, AFaultWithRetryAfterBlocksItsHostToo) {
  const auto fault = [](const char* name, int status, http::Headers headers,
                        std::chrono::milliseconds block) {
    return Row{name,
               Answered(status, std::move(headers)),
               Next::kNextEndpoint,
               ErrorCode::kUnavailable,
               1s,
               block};
  };
  ExpectRows({
      fault("seconds", 503, {{"retry-after", "7"}}, 7s),
      fault("date", 502, {{"retry-after", "Wed, 19 Aug 2026 10:00:30 GMT"}}, 30s),
      fault("not to be read", 503, {{"retry-after", "soon"}}, 0s),
      fault("the longest wait of one call", 503, {{"retry-after", "120"}}, 120s),
      {"longer", Answered(503, {{"retry-after", "121"}}), Next::kGiveUp, ErrorCode::kUnavailable,
       0ms, 121s},
      {"bounded", Answered(503, {{"retry-after", "99999999999999999999"}}), Next::kGiveUp,
       ErrorCode::kUnavailable, 0ms, 1h},
      {"of the credential's own call", Error{ErrorCode::kUnavailable, "", 9s}, Next::kNextEndpoint,
       ErrorCode::kUnavailable, 1s, 9s},
  });
}

TEST(RetryDecision, AnotherEndpointDoesNotWaitForAFaultsRetryAfter) {
  const auto decision = DecideOn(Answered(503, {{"retry-after", "600"}}), {}, {.endpoints = 2});
  EXPECT_EQ(decision.next, Next::kNextEndpoint);
  EXPECT_EQ(decision.wait, 1s);
  EXPECT_EQ(decision.host_block, 600s);
}

TEST(RetryDecision, AFaultThatIsGivenUpTellsHowLongToWait) {
  const auto decision = DecideOn(Answered(503, {{"retry-after", "7"}}), {.transient = 8});
  EXPECT_EQ(decision.next, Next::kGiveUp);
  EXPECT_EQ(decision.host_block, 7s);
  EXPECT_EQ(decision.error.retry_after, 7s);
}

TEST(RetryDecision, TellsTheCallerHowLongToWait) {
  const auto decision = DecideOn(Answered(429, {{"retry-after", "121"}}));
  EXPECT_EQ(decision.next, Next::kGiveUp);
  EXPECT_EQ(decision.error.retry_after, 121s);
}

TEST(RetryDecision, GivesUpWhenRetriesAreSpent) {
  struct Spent {
    const char* name;
    Result<http::Response> outcome;
    Retries retries;
    ErrorCode code;
  };
  const Spent rows[] = {
      {"5xx", Answered(500), {.transient = 8}, ErrorCode::kUnavailable},
      {"rate limit", Answered(429), {.transient = 8}, ErrorCode::kRateLimited},
      {"404", Answered(404), {.not_found = 2}, ErrorCode::kNotFound},
      {"401", Answered(401), {.refused = 1}, ErrorCode::kUnauthenticated},
      {"403", Answered(403), {.refused = 1}, ErrorCode::kPermissionDenied},
      {"redirects",
       Answered(302, {{"location", "/x"}}),
       {.redirects = 3},
       ErrorCode::kInvalidArgument},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto decision = DecideOn(row.outcome, row.retries);
    EXPECT_EQ(decision.next, Next::kGiveUp);
    EXPECT_EQ(decision.error.code, row.code);
  }
}

TEST(RetryDecision, BackOffGrowsWithTheRetries) {
  EXPECT_EQ(DecideOn(Answered(500), {.transient = 3}).wait, 8s);
  const auto at_once = Answered(429, {{"retry-after", "0"}});
  EXPECT_EQ(DecideOn(at_once, {.transient = 3}).wait, 8s);
}

TEST(RetryDecision, ANewHostIsTriedWhenOneCannotBeTalkedTo) {
  const Result<http::Response> refused = Error{ErrorCode::kInvalidArgument, "certificate", {}};
  const auto decision = DecideOn(refused, {}, {.endpoints = 2});
  EXPECT_EQ(decision.next, Next::kNextEndpoint);
  EXPECT_EQ(DecideOn(refused, {.transient = 1}, {.endpoints = 2}).next, Next::kGiveUp);
}

TEST(RetryDecision, AWriteIsNeitherRepeatedAfter404NorRedirectedBy301) {
  const RetryPolicy write{.read = false};
  EXPECT_EQ(DecideOn(Answered(404), {}, write).next, Next::kGiveUp);
  EXPECT_EQ(DecideOn(Answered(301, {{"location", "/x"}}), {}, write).next, Next::kGiveUp);
  EXPECT_EQ(DecideOn(Answered(307, {{"location", "/x"}}), {}, write).next, Next::kRedirect);
}

TEST(RetryDecision, ARefusalCarriesGitHubsWords) {
  const auto decision = DecideOn(
      Answered(422, {}, R"({"message":"Validation Failed","errors":[{"message":"too many"}]})"));
  EXPECT_EQ(decision.error.message,
            "answered 422 (Validation Failed; too many): GitHub refuses the request");
}

}  // namespace
}  // namespace prow_coverage::github
