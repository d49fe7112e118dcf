#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "prow_coverage/base/clock.h"

namespace prow_coverage::reporter {

struct Errand {
  std::string key;
  WallTime::duration ended_since{0};  // 0: its job has not ended
  std::chrono::seconds wait{0};       // before it is looked at
};

// The order in which heads are looked at after a start or a take-over: first what has just
// happened. The ends of long ago, of which others may have told most, cost a call to GitHub each,
// which webhooks need as well: after the first hundred they are taken little by little.
[[nodiscard]] std::vector<Errand> Agenda(std::vector<Errand> errands);

}  // namespace prow_coverage::reporter
