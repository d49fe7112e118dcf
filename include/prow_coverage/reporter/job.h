#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/prow/spyglass_url.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::reporter {

// What a status is set on, and for which pull request.
struct Head {
  std::string org;
  std::string repo;
  std::int64_t number = 0;
  std::string sha;

  bool operator==(const Head&) const = default;
};

// Prow's ProwJobState.
enum class JobState { kScheduling, kTriggered, kPending, kSuccess, kFailure, kError, kAborted };

[[nodiscard]] std::string_view ToString(JobState state);

// The job has come to its end, whatever that was.
[[nodiscard]] bool HasEnded(JobState state);

// What a status needs to know of a ProwJob: about 1 KB of its 5.
struct Job {
  std::string name;
  Head head;
  // Which of our attempts has this name; 0 when none has: somebody else made it.
  int attempt = 0;
  std::string base_sha;
  WallTime start_time;
  WallTime state_since;              // pendingTime of a pending job, else the start
  std::optional<WallTime> ended_at;  // when its pod came to an end; not every end has one
  JobState state = JobState::kTriggered;
  std::string description;  // plank's or a person's words, raw, at most 1 KiB
  std::string url;          // plank's link; "" without one or when it is no HTTP link
  std::string build_id;     // "" before the pod is made
  // What its decoration lets it run for, the grace period included; 0 when that is unknown.
  std::chrono::milliseconds time_limit{0};
  prow::GcsConfiguration gcs;
  bool is_rerun = false;  // an attempt that a reporter has asked for
  bool deleted = false;   // the object went before it had ended

  bool operator==(const Job&) const = default;
};

// Reads a ProwJob with our label. A state that is missing or unknown counts as triggered: Prow
// fills it in. `github_host_url` is that of the job's name (contracts 5). Errors: kInvalidArgument
// for an object that is not one of our kind: another job or context, not one pull request, fields
// that are missing, implausible, or contradicted by the labels.
[[nodiscard]] Result<Job> ParseJob(std::string_view object, std::string_view github_host_url);

// What prow:: asks to make names, paths and links.
[[nodiscard]] PullRequest PullOf(const Head& head);

// True when `a` has been started later than `b`: it stands for the head.
[[nodiscard]] bool IsNewer(const Job& a, const Job& b);

}  // namespace prow_coverage::reporter
