#include "rate_limit.h"

#include <algorithm>
#include <string>

namespace prow_coverage::sandbox {

bool RateLimit::Take() {
  const WallTime now = clock_.Now();
  if (now >= reset_) {
    reset_ = now + std::chrono::hours(1);
    used_ = 0;
  }
  if (used_ >= limit_) return false;
  ++used_;
  return true;
}

void RateLimit::GiveBack() { --used_; }

void RateLimit::Describe(server::Reply& reply) const {
  const auto add = [&](const char* name, std::int64_t value) {
    const bool there = std::any_of(reply.headers.begin(), reply.headers.end(),
                                   [&](const auto& field) { return field.name == name; });
    if (!there) reply.headers.push_back({name, std::to_string(value)});
  };
  const auto reset = std::chrono::duration_cast<std::chrono::seconds>(reset_.time_since_epoch());
  add("X-RateLimit-Limit", limit_);
  add("X-RateLimit-Remaining", std::max(0, limit_ - used_));
  add("X-RateLimit-Used", used_);
  add("X-RateLimit-Reset", reset.count());
  reply.headers.push_back({"X-RateLimit-Resource", "core"});
}

}  // namespace prow_coverage::sandbox
