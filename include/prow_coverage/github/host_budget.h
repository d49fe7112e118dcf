#pragma once

#include <chrono>
#include <map>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::github {

// What each GitHub host has told us to wait, and the client-side throttle (--github-hourly-tokens,
// --github-allowed-burst). One for the process: when one call is answered "Retry-After: 7", no call
// goes to that host for 7 s, whoever makes it. What waited meanwhile does not come back in the same
// second: after a block a host gets some 50 calls in the first second, twice as many in each second
// after it, and after ten seconds as many as there are. Thread-safe.
class HostBudget {
 public:
  // hourly_tokens 0: no throttle.
  explicit HostBudget(int hourly_tokens = 0, int allowed_burst = 0);

  // The time from `now` until a call to `host` may be made; zero takes a token and means "go".
  // A waiter asks again after its wait: others may have moved the limit meanwhile.
  [[nodiscard]] std::chrono::milliseconds Acquire(const std::string& host, MonotonicTime now);

  // The time until the end of what Block has said; takes no token.
  [[nodiscard]] std::chrono::milliseconds Blocked(const std::string& host, MonotonicTime now);

  // No call to `host` before `until`. Never shortens a longer wait.
  void Block(const std::string& host, MonotonicTime until);

 private:
  struct Host {
    MonotonicTime blocked_until{};
    int reopened = 0;  // calls since then
    int promised = 0;  // the last of those calls that somebody has been told to wait for
    double tokens = 0;
    MonotonicTime refilled_at{};
  };

  Host& At(const std::string& host) REQUIRES(mutex_);
  static std::chrono::milliseconds Reopen(Host& state, MonotonicTime now);
  void Refill(Host& state, MonotonicTime now) REQUIRES(mutex_);

  const double tokens_per_second_;
  const double burst_;
  Mutex mutex_;
  std::map<std::string, Host, std::less<>> hosts_ GUARDED_BY(mutex_);
};

}  // namespace prow_coverage::github
