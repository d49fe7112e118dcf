#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::webhook {

// What accepting a delivery needs to know of its body; the rest is read when it is worked on.
struct Envelope {
  std::string action;      // "" when the event has none (ping)
  std::string repository;  // "org/repo": `repository.full_name`, else ""
  std::string org;         // owner of `repository`, else `organization.login`, else ""

  bool operator==(const Envelope&) const = default;
};

// Hot path (every delivery, before its signature is known to be good): simdjson On-Demand, one
// pass, no allocation beyond the strings. Members that are not needed are skipped, not validated;
// that is ParsePullRequestEvent's job.
// Errors: kInvalidArgument when `body` is no JSON object, and when one of the members above is
// given twice (whose secret would count?), is of another type (null is absent) or is not at most
// 256 visible ASCII characters.
[[nodiscard]] Result<Envelope> ParseEnvelope(std::string_view body);

// A `pull_request` event.
struct PullRequestEvent {
  std::string action;
  PullRequest pull;

  bool operator==(const PullRequestEvent&) const = default;
};

// Errors: kInvalidArgument, naming the field that is missing or broken; also when the event's own
// `number` or `repository`, whose secret signed it, are not those of the pull request.
[[nodiscard]] Result<PullRequestEvent> ParsePullRequestEvent(std::string_view body);

}  // namespace prow_coverage::webhook
