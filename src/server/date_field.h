#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"

namespace prow_coverage::server {

// The Date header field, which RFC 9110 (6.6.1) wants of a server that has a clock. Its text is
// made once a second, so that an answer costs a look at the clock and a copy. One thread at a time.
class DateField {
 public:
  explicit DateField(const Clock& clock) : clock_(&clock) {}

  // "Date: Wed, 19 Aug 2026 10:00:00 GMT" with its line end; valid until the next call.
  [[nodiscard]] std::string_view Line();

 private:
  const Clock* clock_;
  std::chrono::sys_seconds second_ = std::chrono::sys_seconds::min();
  std::string line_;
};

}  // namespace prow_coverage::server
