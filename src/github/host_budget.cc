#include "prow_coverage/github/host_budget.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include <boost/algorithm/string/case_conv.hpp>

namespace prow_coverage::github {
namespace {

using std::chrono::milliseconds;

constexpr double kReopenCalls = 50;  // in the first second after a block
constexpr std::chrono::seconds kReopening{10};

// When call number `index` may go, after the end of a block: kReopenCalls * (2^t - 1) calls have
// gone after t seconds.
std::chrono::nanoseconds ReopensAfter(int index) {
  const std::chrono::duration<double> seconds(std::log2(index / kReopenCalls + 1));
  return std::chrono::ceil<std::chrono::nanoseconds>(seconds);
}

// Rounded up: after sleeping that long the time has come.
milliseconds Remaining(MonotonicTime until, MonotonicTime now) {
  return until > now ? std::chrono::ceil<milliseconds>(until - now) : milliseconds(0);
}

}  // namespace

HostBudget::HostBudget(Throttle others, OrgThrottles orgs)
    : others_(others), orgs_(std::move(orgs)) {}

milliseconds HostBudget::Acquire(const std::string& host, const std::string& org,
                                 MonotonicTime now) {
  const auto own = orgs_.empty() ? orgs_.end() : orgs_.find(boost::algorithm::to_lower_copy(org));
  const bool has_own = own != orgs_.end();
  const Throttle& throttle = has_own ? own->second : others_;
  const double burst = std::max(throttle.burst, 1);
  const MutexLock lock(mutex_);
  Host& state = hosts_[host];
  if (const auto blocked = Remaining(state.blocked_until, now); blocked.count() > 0) {
    return blocked;
  }
  if (const auto wait = Reopen(state, now); wait.count() > 0) return wait;
  if (throttle.hourly_tokens <= 0) return milliseconds(0);
  auto& bucket =
      state.buckets.try_emplace(has_own ? own->first : "", Bucket{burst, now}).first->second;
  return Take(bucket, throttle.hourly_tokens / 3600.0, burst, now);
}

milliseconds HostBudget::Blocked(const std::string& host, MonotonicTime now) {
  const MutexLock lock(mutex_);
  return Remaining(hosts_[host].blocked_until, now);
}

// Those who must wait are promised one place after the other, so that each asks again at a moment
// of its own.
milliseconds HostBudget::Reopen(Host& state, MonotonicTime now) {
  const MonotonicTime end = state.blocked_until;
  if (end == MonotonicTime{} || now >= end + kReopening) return milliseconds(0);
  if (now >= end + ReopensAfter(state.reopened)) {
    ++state.reopened;
    return milliseconds(0);
  }
  state.promised = std::max(state.promised, state.reopened) + 1;
  const auto after = std::min<std::chrono::nanoseconds>(ReopensAfter(state.promised), kReopening);
  return Remaining(end + after, now);
}

void HostBudget::Block(const std::string& host, MonotonicTime until) {
  const MutexLock lock(mutex_);
  Host& state = hosts_[host];
  if (until > state.blocked_until) state.reopened = state.promised = 0;
  state.blocked_until = std::max(state.blocked_until, until);
}

milliseconds HostBudget::Take(Bucket& bucket, double per_second, double burst, MonotonicTime now) {
  if (now > bucket.refilled_at) {
    const std::chrono::duration<double> passed = now - bucket.refilled_at;
    bucket = {std::min(burst, bucket.tokens + passed.count() * per_second), now};
  }
  if (bucket.tokens >= 1) {
    bucket.tokens -= 1;
    return milliseconds(0);
  }
  return std::chrono::ceil<milliseconds>(
      std::chrono::duration<double>((1 - bucket.tokens) / per_second));
}

}  // namespace prow_coverage::github
