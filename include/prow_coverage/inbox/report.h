#pragma once

#include <cstdint>
#include <string>

#include "prow_coverage/base/clock.h"

namespace prow_coverage::inbox {

// What was last told about a head: one row for each. Kept for as long as done deliveries are.
struct Report {
  std::int64_t id = 0;
  std::string org;
  std::string repo;
  std::int64_t number = 0;
  std::string head_sha;
  std::string job_name;  // metadata.name of the job that it is about
  WallTime job_start;
  std::string phase;     // how far that job was; the reporter's own word
  std::string rerun_of;  // the aborted job that a further attempt was asked for, "" for none
  // The commit status; `state` "" when none was set.
  std::string state;
  std::string description;
  std::string target_url;
  std::string error;    // why the next status could not be set, "" when it could or none is due
  WallTime updated_at;  // of SaveReport, which sets it

  bool operator==(const Report&) const = default;
};

}  // namespace prow_coverage::inbox
