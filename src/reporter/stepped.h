#pragma once

#include <optional>
#include <utility>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"

namespace prow_coverage::reporter {

// How one step of work on a head came out.
struct Stepped {
  bool again = false;                // there is more to do at once
  std::optional<WallTime> again_at;  // or at that time
  std::optional<Error> error;        // or after a wait
};

[[nodiscard]] inline Stepped Again() { return {true, {}, {}}; }

[[nodiscard]] inline Stepped Failed(Error error) {
  Stepped stepped;
  stepped.error = std::move(error);
  return stepped;
}

}  // namespace prow_coverage::reporter
