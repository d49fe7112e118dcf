#include "retry_decision.h"

#include <algorithm>

#include "answer_text.h"
#include "rate_limit.h"

namespace prow_coverage::github {
namespace {

using std::chrono::milliseconds;

constexpr int kMaxRedirects = 3;
constexpr milliseconds kUntoldWait{60000};

struct Refusal {
  int status;
  ErrorCode code;
  const char* advice;
};

// Answers that stay the same however often they are asked for. The last row stands for the rest of
// the 4xx.
constexpr Refusal kRefusals[] = {
    {401, ErrorCode::kUnauthenticated,
     "GitHub refuses the credential; put a valid one into its file, which is read again"},
    {403, ErrorCode::kPermissionDenied,
     "the credential may not do this; it needs to read contents and pull requests and to write "
     "commit statuses"},
    {404, ErrorCode::kNotFound, "no such thing, or the credential may not see it"},
    {410, ErrorCode::kNotFound, "it is gone"},
    {0, ErrorCode::kRejected, "GitHub refuses the request"},
};

Error Refuse(const http::Response& response) {
  const auto* row = std::begin(kRefusals);
  while (row->status != 0 && row->status != response.status) ++row;
  const auto text = AnswerText(response.body);
  return {row->code,
          "answered " + std::to_string(response.status) + (text.empty() ? "" : " (" + text + ")") +
              ": " + row->advice,
          {}};
}

Error Unexpected(const http::Response& response) {
  return {ErrorCode::kInvalidArgument,
          "answered " + std::to_string(response.status) +
              ", which GitHub does not document; check --github-endpoint",
          {}};
}

RetryDecision GiveUp(Error error) { return {Next::kGiveUp, {}, {}, nullptr, std::move(error)}; }

// The whole host waits as told, this call backs off besides: a host that keeps saying "at once" is
// not asked in a loop.
RetryDecision AfterRateLimit(milliseconds told, const Retries& retries, const RetryPolicy& policy,
                             double random) {
  const auto seconds = std::chrono::ceil<std::chrono::seconds>(told).count();
  Error error{ErrorCode::kRateLimited,
              "rate limited: no call to this host for " + std::to_string(seconds) + " s", told};
  const bool again = told <= policy.back_off.max && retries.transient < policy.max_retries;
  if (!again) return {Next::kGiveUp, {}, told, nullptr, std::move(error)};
  const auto wait = FullJitter(policy.back_off, retries.transient, random);
  return {Next::kRetry, wait, told, &Retries::transient, std::move(error)};
}

// A host that told its Retry-After is left alone for so long; another endpoint need not wait for
// it.
RetryDecision AfterFault(Error error, const Retries& retries, const RetryPolicy& policy,
                         double random) {
  const auto told = error.retry_after.value_or(milliseconds(0));
  const bool too_long = policy.endpoints == 1 && told > policy.back_off.max;
  if (too_long || retries.transient >= policy.max_retries) {
    return {Next::kGiveUp, {}, told, nullptr, std::move(error)};
  }
  const auto wait = FullJitter(policy.back_off, retries.transient, random);
  return {Next::kNextEndpoint, wait, told, &Retries::transient, std::move(error)};
}

// An endpoint that cannot be talked to at all (a refused certificate) stays so; another may do.
RetryDecision AfterBrokenEndpoint(Error error, const Retries& retries, const RetryPolicy& policy) {
  if (retries.transient + 1 >= policy.endpoints) return GiveUp(std::move(error));
  return {Next::kNextEndpoint, {}, {}, &Retries::transient, std::move(error)};
}

RetryDecision AfterNoAnswer(const Error& error, const Retries& retries, const RetryPolicy& policy,
                            double random) {
  switch (error.code) {
    case ErrorCode::kRateLimited:
      return AfterRateLimit(error.retry_after.value_or(kUntoldWait), retries, policy, random);
    case ErrorCode::kUnavailable:
      return AfterFault(error, retries, policy, random);
    case ErrorCode::kInvalidArgument:
      return AfterBrokenEndpoint(error, retries, policy);
    default:
      return GiveUp(error);
  }
}

// An App's token knows the permissions that the App had when it was made, and a file may hold
// another token by now.
RetryDecision AfterRefusal(const http::Response& response, const Retries& retries) {
  if (retries.refused > 0) return GiveUp(Refuse(response));
  return {Next::kRenewCredential, {}, {}, &Retries::refused, Refuse(response)};
}

RetryDecision AfterNotFound(const http::Response& response, const Retries& retries,
                            const RetryPolicy& policy) {
  const bool again = policy.read && retries.not_found < policy.max_404_retries;
  if (!again) return GiveUp(Refuse(response));
  return {Next::kRetry, policy.back_off.initial, {}, &Retries::not_found, Refuse(response)};
}

// RFC 9110: a method other than GET is repeated after 307 and 308 only.
RetryDecision AfterRedirect(const http::Response& response, const Retries& retries,
                            const RetryPolicy& policy) {
  const bool keeps_method = policy.read || response.status == 307 || response.status == 308;
  if (!keeps_method || retries.redirects >= kMaxRedirects || !response.header("location")) {
    return GiveUp(Unexpected(response));
  }
  return {Next::kRedirect, {}, {}, &Retries::redirects, Unexpected(response)};
}

bool IsRedirect(int status) {
  return status == 301 || status == 302 || status == 307 || status == 308;
}

Error ServerFault(const http::Response& response, WallTime now) {
  const auto text = AnswerText(response.body);
  return {ErrorCode::kUnavailable,
          "answered " + std::to_string(response.status) + (text.empty() ? "" : " (" + text + ")"),
          RetryAfter(response, now)};
}

}  // namespace

RetryDecision Decide(const Result<http::Response>& outcome, const Retries& retries,
                     const RetryPolicy& policy, WallTime now, double random) {
  if (!outcome) return AfterNoAnswer(outcome.error(), retries, policy, random);
  const http::Response& response = *outcome;
  const int status = response.status;
  if (status / 100 == 2 || status == 304) return {Next::kAnswer, {}, {}, nullptr, {}};
  if (const auto wait = RateLimitWait(response, now)) {
    return AfterRateLimit(*wait, retries, policy, random);
  }
  if (status / 100 == 5 || status == 408) {
    return AfterFault(ServerFault(response, now), retries, policy, random);
  }
  if (status == 401 || status == 403) return AfterRefusal(response, retries);
  if (status == 404) return AfterNotFound(response, retries, policy);
  if (IsRedirect(status)) return AfterRedirect(response, retries, policy);
  if (status / 100 == 4) return GiveUp(Refuse(response));
  return GiveUp(Unexpected(response));
}

}  // namespace prow_coverage::github
