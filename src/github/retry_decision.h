#pragma once

#include <chrono>

#include "prow_coverage/base/back_off.h"
#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/http/client.h"

namespace prow_coverage::github {

// What a call does after one attempt.
enum class Next {
  kAnswer,           // the answer is what was asked for
  kRetry,            // ask the same endpoint again
  kNextEndpoint,     // ask the next endpoint
  kRenewCredential,  // ask again with a fresh credential
  kRedirect,         // ask for the path in the answer's Location
  kGiveUp,
};

// How often a call has been tried again so far, by cause.
struct Retries {
  int transient = 0;
  int not_found = 0;
  int refused = 0;
  int redirects = 0;
};

struct RetryDecision {
  Next next = Next::kGiveUp;
  std::chrono::milliseconds wait{0};        // before the next attempt
  std::chrono::milliseconds host_block{0};  // nobody may call this host for so long
  int Retries::*counter = nullptr;          // where the next attempt counts; null without one
  Error error;                              // what was wrong; empty for kAnswer

  bool operator==(const RetryDecision&) const = default;
};

struct RetryPolicy {
  int max_retries = 8;      // of transient faults
  int max_404_retries = 2;  // of reads
  BackOff back_off{};       // a longer wait than `max` is given to the caller instead
  int endpoints = 1;
  bool read = true;  // GET: may be redirected anywhere, and a 404 may mean "not yet"
};

// Contracts 8, from values to a value. `outcome` is an answer or the fault that took its place;
// `random` is uniform in [0, 1).
[[nodiscard]] RetryDecision Decide(const Result<http::Response>& outcome, const Retries& retries,
                                   const RetryPolicy& policy, WallTime now, double random);

}  // namespace prow_coverage::github
