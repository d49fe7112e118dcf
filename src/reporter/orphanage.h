#pragma once

#include <memory>
#include <optional>
#include <string>

#include "prow_coverage/reporter/reporter.h"

#include "heads.h"
#include "stepped.h"

namespace prow_coverage::reporter {

// A follower's part. A ProwJob that is deleted before it has ended is told by the replica that
// reports, unless that one was down at the time: back again, it finds no job and has never heard
// of it, and the status would stay pending for ever. So a follower that saw the job go keeps that
// in mind, waits for longer than a Lease lasts, and asks GitHub. Where no final status stands it
// asks for the next attempt: a new job, which every replica sees. It writes no status itself, so
// that the reporting one remains the only one that does.
//
// One thread at a time; any number of heads side by side, one step of a head at a time.
class Orphanage {
 public:
  Orphanage(const ReporterDeps& deps, Heads& heads) : deps_(deps), heads_(heads) {}

  // The head of `key` must be busy, so that its entry stays.
  Task<Stepped> Step(std::string key);

 private:
  using JobPointer = std::shared_ptr<const Job>;

  Task<Stepped> TakeIn(Entry& entry, JobPointer job);
  Task<Stepped> Place(Entry& entry, JobPointer job);
  // Whether its head has a final status, or nobody wants one any more.
  Task<Result<bool>> IsAnswered(Head head, std::optional<PullRequest>& pull);
  Task<Stepped> Close(Entry& entry, JobPointer job);

  const ReporterDeps& deps_;
  Heads& heads_;
};

}  // namespace prow_coverage::reporter
