#include "patience.h"

#include <algorithm>

namespace prow_coverage::handler {
namespace {

namespace chrono = std::chrono;

constexpr chrono::hours kFirstHour{1};
// Less is an ordinary correction.
constexpr chrono::minutes kLeastSkip{5};

}  // namespace

Patience::Patience(const Clock& clock, chrono::seconds max_age)
    : clock_(clock),
      max_age_(max_age),
      started_at_(clock.Monotonic()),
      last_now_(clock.Now()),
      last_monotonic_(started_at_) {}

bool Patience::IsOver(WallTime received_at) {
  const WallTime now = clock_.Now();
  const MonotonicTime monotonic = clock_.Monotonic();
  Observe(now, monotonic);
  if (monotonic - started_at_ < std::min<chrono::seconds>(max_age_, kFirstHour)) return false;
  auto age = now - received_at;
  for (const Skip& skip : skips_) {
    age -= std::max(skip.to - std::max(skip.from, received_at), WallTime::duration(0));
  }
  return age >= max_age_;
}

// When in between the clock was set is not known; as late as possible errs on the side of patience.
void Patience::Observe(WallTime now, MonotonicTime monotonic) {
  const auto lived = chrono::duration_cast<WallTime::duration>(monotonic - last_monotonic_);
  const auto skipped = (now - last_now_) - lived;
  if (skipped >= kLeastSkip) skips_.push_back({now - skipped, now, monotonic});
  std::erase_if(skips_, [&](const Skip& skip) { return monotonic - skip.seen_at > max_age_; });
  last_now_ = now;
  last_monotonic_ = monotonic;
}

}  // namespace prow_coverage::handler
