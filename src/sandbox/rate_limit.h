#pragma once

#include "prow_coverage/base/clock.h"
#include "prow_coverage/server/server.h"

namespace prow_coverage::sandbox {

// GitHub's hourly budget and the headers that tell of it.
class RateLimit {
 public:
  RateLimit(const Clock& clock, int calls_an_hour) : clock_(clock), limit_(calls_an_hour) {}

  // False when there is none left.
  [[nodiscard]] bool Take();
  // A conditional request that was answered 304 costs nothing.
  void GiveBack();
  // Headers that are there already stay as they are.
  void Describe(server::Reply& reply) const;

 private:
  const Clock& clock_;
  const int limit_;
  int used_ = 0;
  WallTime reset_{};
};

}  // namespace prow_coverage::sandbox
