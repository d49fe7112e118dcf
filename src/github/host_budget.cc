#include "prow_coverage/github/host_budget.h"

#include <algorithm>
#include <utility>

#include <boost/algorithm/string/case_conv.hpp>

namespace prow_coverage::github {
namespace {

using std::chrono::milliseconds;

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
  if (throttle.hourly_tokens <= 0) return milliseconds(0);
  auto& bucket =
      state.buckets.try_emplace(has_own ? own->first : "", Bucket{burst, now}).first->second;
  return Take(bucket, throttle.hourly_tokens / 3600.0, burst, now);
}

milliseconds HostBudget::Blocked(const std::string& host, MonotonicTime now) {
  const MutexLock lock(mutex_);
  return Remaining(hosts_[host].blocked_until, now);
}

void HostBudget::Block(const std::string& host, MonotonicTime until) {
  const MutexLock lock(mutex_);
  Host& state = hosts_[host];
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
