#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"

namespace prow_coverage::inbox {

// How far the work on a delivery has come; docs/inbox.md draws the state machine. Each step is
// idempotent, so a crash between two of them repeats at most one.
enum class State {
  kReceived,  // stored, nothing done yet
  kDecided,   // a job is wanted; its name and object are known
  kCreated,   // the ProwJob exists
  kDone,      // ended: the status is set or left to the reporter, or there was nothing to do
  kDead,      // given up: permanent error or too old; kept, counted, can be retried by hand
};

[[nodiscard]] std::string_view ToString(State state);
[[nodiscard]] Result<State> ParseState(std::string_view name);

// What arrives. All strings are bounded by the ingress; a GUID is opaque text of at most 256 bytes.
struct NewDelivery {
  std::string guid;
  std::string event_type;
  std::string action;
  std::string org;
  std::string repo;
  std::int64_t number = 0;         // 0 when the payload told none
  std::string head_sha;            // "" when the payload told none
  std::string body;                // raw, as signed
  std::string origin = "webhook";  // or "reconcile"

  bool operator==(const NewDelivery&) const = default;
};

struct Delivery : NewDelivery {
  std::int64_t id = 0;
  State state = State::kReceived;
  WallTime received_at;      // when it arrived or, if it was dead, was last revived
  WallTime next_attempt_at;  // not before; meaningless for kDone and kDead
  int attempts = 0;          // how often work on it has begun since received_at
  std::string reason;    // name of the last decision (handler's closed set), "" before the first
  std::string detail;    // its sentence, or the last error
  std::string job_name;  // from kDecided on

  bool operator==(const Delivery&) const = default;
};

// What the dispatcher needs to know of an unfinished delivery.
struct Pending {
  std::int64_t id = 0;
  std::string org;
  std::string repo;
  std::int64_t number = 0;

  bool operator==(const Pending&) const = default;
};

// A pull request by its number.
struct PullKey {
  std::string org;
  std::string repo;
  std::int64_t number = 0;

  auto operator<=>(const PullKey&) const = default;
};

// One delivery of a pull request, as far as it tells what became of a head.
struct Sighting {
  std::int64_t id = 0;
  PullKey pull;
  std::string head_sha;
  State state = State::kReceived;
  std::string reason;  // as in Delivery

  bool operator==(const Sighting&) const = default;
};

// One line of the trace that `deliveries show` prints.
struct Step {
  std::string name;  // "files", "head", "branch", "render", "create", "status", …
  WallTime at;
  std::chrono::microseconds duration{0};
  std::string outcome;  // "ok" or an error code's name
  std::string detail;   // remote answer, decision, rendered object; cut at 64 KiB

  bool operator==(const Step&) const = default;
};

// What one piece of work on a delivery changes, applied in one transaction. Without a reason
// and a detail those of the last decision stay; an empty `job_name` leaves what is there, too.
struct Progress {
  State state = State::kReceived;
  std::string reason;
  std::string detail;
  std::string job_name;
  std::optional<WallTime> next_attempt_at;  // for work that is to be tried again; see kLongestWait
  bool attempted = false;                   // adds one to `attempts`
  std::vector<Step> steps;

  bool operator==(const Progress&) const = default;
};

}  // namespace prow_coverage::inbox
