#pragma once

#include <chrono>

#include "prow_coverage/base/back_off.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/handler/reason.h"

namespace prow_coverage::handler {

// Who gave the error.
enum class Remote {
  kGitHub,
  kGitHubStatus,  // to a status that was to be set
  kKubernetes,
  kInbox,
};

// What becomes of a delivery whose work met an error.
struct Failure {
  Reason reason = Reason::kWaitingForGitHub;
  bool retry = true;
  bool alert = false;  // somebody has to act (credential, permission, missing namespace)

  bool operator==(const Failure&) const = default;
};

// contracts.md 8 and 9: what is transient or can be mended from outside waits; what the other side
// has understood and refused is given up. Pure.
[[nodiscard]] Failure Classify(const Error& error, Remote remote);

// The wait before the next piece of work on a delivery that has been tried `attempts` times: what
// the error asks for or back-off with full jitter from 2 s up to 5 minutes, whichever is longer;
// both spread, so that a thousand deliveries do not come back in the same second. `random` is
// uniform in [0, 1).
[[nodiscard]] std::chrono::milliseconds RetryDelay(const Error& error, int attempts, double random);

}  // namespace prow_coverage::handler
