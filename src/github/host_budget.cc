#include "prow_coverage/github/host_budget.h"

#include <algorithm>

namespace prow_coverage::github {
namespace {

using std::chrono::milliseconds;

// Rounded up: after sleeping that long the time has come.
milliseconds Remaining(MonotonicTime until, MonotonicTime now) {
  return until > now ? std::chrono::ceil<milliseconds>(until - now) : milliseconds(0);
}

}  // namespace

HostBudget::HostBudget(int hourly_tokens, int allowed_burst)
    : tokens_per_second_(std::max(hourly_tokens, 0) / 3600.0), burst_(std::max(allowed_burst, 1)) {}

milliseconds HostBudget::Acquire(const std::string& host, MonotonicTime now) {
  const MutexLock lock(mutex_);
  Host& state = At(host);
  if (const auto blocked = Remaining(state.blocked_until, now); blocked.count() > 0) {
    return blocked;
  }
  if (tokens_per_second_ <= 0) return milliseconds(0);
  Refill(state, now);
  if (state.tokens >= 1) {
    state.tokens -= 1;
    return milliseconds(0);
  }
  const std::chrono::duration<double> missing((1 - state.tokens) / tokens_per_second_);
  return std::chrono::ceil<milliseconds>(missing);
}

milliseconds HostBudget::Blocked(const std::string& host, MonotonicTime now) {
  const MutexLock lock(mutex_);
  return Remaining(At(host).blocked_until, now);
}

void HostBudget::Block(const std::string& host, MonotonicTime until) {
  const MutexLock lock(mutex_);
  Host& state = At(host);
  state.blocked_until = std::max(state.blocked_until, until);
}

HostBudget::Host& HostBudget::At(const std::string& host) {
  return hosts_.try_emplace(host, Host{{}, burst_, {}}).first->second;
}

void HostBudget::Refill(Host& state, MonotonicTime now) {
  if (now <= state.refilled_at) return;
  const std::chrono::duration<double> passed = now - state.refilled_at;
  state.tokens = std::min(burst_, state.tokens + passed.count() * tokens_per_second_);
  state.refilled_at = now;
}

}  // namespace prow_coverage::github
