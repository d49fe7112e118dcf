#include "rate_limit.h"

#include <algorithm>
#include <charconv>

#include <boost/algorithm/string/predicate.hpp>

#include "http_date.h"

namespace prow_coverage::github {
namespace {

namespace chrono = std::chrono;

// The reset is told in whole seconds.
constexpr chrono::seconds kGranularity{1};
constexpr chrono::seconds kLongest{3600};
// What GitHub's documentation asks for when the answer does not say how long.
constexpr chrono::seconds kUntold{60};

// Of digits only; a number over 64 bits is the largest.
std::optional<std::int64_t> Digits(std::optional<std::string_view> text) {
  if (!text || text->empty() ||
      !std::all_of(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return std::nullopt;
  }
  std::int64_t value = 0;
  const auto parsed = std::from_chars(text->data(), text->data() + text->size(), value);
  return parsed.ec == std::errc() ? value : INT64_MAX;
}

chrono::seconds Until(std::int64_t epoch, WallTime now) {
  const auto now_epoch = chrono::floor<chrono::seconds>(now).time_since_epoch().count();
  return chrono::seconds(epoch > now_epoch ? epoch - now_epoch : 0);
}

bool IsExhausted(const http::Response& response) {
  return response.header("x-ratelimit-remaining") == "0";
}

bool IsSecondaryLimit(const http::Response& response) {
  const auto text = std::string_view(response.body).substr(0, 4096);
  // The second is the same limit's name in older GitHub Enterprise servers.
  return boost::algorithm::icontains(text, "secondary rate limit") ||
         boost::algorithm::icontains(text, "abuse detection");
}

bool IsRateLimit(const http::Response& response) {
  if (response.status == 429) return true;
  return response.status == 403 &&
         (response.header("retry-after") || IsExhausted(response) || IsSecondaryLimit(response));
}

std::optional<chrono::seconds> ReadRetryAfter(const http::Response& response, WallTime now) {
  const auto retry_after = response.header("retry-after");
  if (!retry_after) return std::nullopt;
  if (const auto seconds = Digits(retry_after)) return chrono::seconds(*seconds);
  const auto date = ParseHttpDate(*retry_after);
  if (!date) return std::nullopt;
  return Until(date->time_since_epoch().count(), now);
}

chrono::seconds Told(const http::Response& response, WallTime now) {
  if (const auto retry_after = ReadRetryAfter(response, now)) return *retry_after;
  const auto reset = Digits(response.header("x-ratelimit-reset"));
  if (reset && IsExhausted(response)) return std::min(Until(*reset, now), kLongest) + kGranularity;
  return kUntold;
}

}  // namespace

std::optional<chrono::milliseconds> RetryAfter(const http::Response& response, WallTime now) {
  const auto told = ReadRetryAfter(response, now);
  if (!told) return std::nullopt;
  return std::min(*told, kLongest);
}

std::optional<chrono::milliseconds> RateLimitWait(const http::Response& response, WallTime now) {
  if (!IsRateLimit(response)) return std::nullopt;
  return std::min(Told(response, now), kLongest);
}

}  // namespace prow_coverage::github
