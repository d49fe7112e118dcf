#include "prow_coverage/github/host_budget.h"

#include <algorithm>
#include <cmath>

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

HostBudget::HostBudget(int hourly_tokens, int allowed_burst)
    : tokens_per_second_(std::max(hourly_tokens, 0) / 3600.0), burst_(std::max(allowed_burst, 1)) {}

milliseconds HostBudget::Acquire(const std::string& host, MonotonicTime now) {
  const MutexLock lock(mutex_);
  Host& state = At(host);
  if (const auto blocked = Remaining(state.blocked_until, now); blocked.count() > 0) {
    return blocked;
  }
  if (const auto wait = Reopen(state, now); wait.count() > 0) return wait;
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
  Host& state = At(host);
  if (until > state.blocked_until) state.reopened = state.promised = 0;
  state.blocked_until = std::max(state.blocked_until, until);
}

HostBudget::Host& HostBudget::At(const std::string& host) {
  return hosts_.try_emplace(host, Host{{}, 0, 0, burst_, {}}).first->second;
}

void HostBudget::Refill(Host& state, MonotonicTime now) {
  if (now <= state.refilled_at) return;
  const std::chrono::duration<double> passed = now - state.refilled_at;
  state.tokens = std::min(burst_, state.tokens + passed.count() * tokens_per_second_);
  state.refilled_at = now;
}

}  // namespace prow_coverage::github
