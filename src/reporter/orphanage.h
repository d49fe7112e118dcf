#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "prow_coverage/reporter/reporter.h"

#include "heads.h"
#include "stepped.h"

namespace prow_coverage::reporter {

// A follower's part. The replica that reports tells what became of a ProwJob that is gone, unless
// it has never heard of the job: it was down at the time. Then the status would stay pending for
// ever. So a follower that knows of the job waits for much longer than the other needs, and asks
// GitHub. Where no final status stands it asks for the next attempt, once: a new job, which every
// replica sees. It writes no status itself, so that the reporting one remains the only one that
// does.
//
// One thread at a time; any number of heads side by side, one step of a head at a time.
class Orphanage {
 public:
  Orphanage(const ReporterDeps& deps, const ReporterOptions& options, Heads& heads)
      : deps_(deps), options_(options), heads_(heads) {}

  // The head of `key` must be busy, so that its entry stays.
  Task<Stepped> Step(std::string key);

 private:
  using JobPointer = std::shared_ptr<const Job>;

  Task<Stepped> Place(Entry& entry, JobPointer job);
  // Whether its head has a final status, or nobody wants one any more.
  Task<Result<bool>> IsAnswered(Entry& entry, std::optional<PullRequest>& pull);
  Task<Stepped> Rerun(Entry& entry, JobPointer job, PullRequest pull);
  Stepped AskLater(Entry& entry, std::chrono::milliseconds wait);

  const ReporterDeps& deps_;
  const ReporterOptions& options_;
  Heads& heads_;
};

}  // namespace prow_coverage::reporter
