#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "prow_coverage/reporter/reporter.h"

#include "heads.h"
#include "stepped.h"

namespace prow_coverage::reporter {

// Carries out what Decide asks for about one head: asks GitHub, fetches the summary, sets the
// status, keeps what was told. One thread at a time; any number of heads side by side, one step of
// a head at a time.
class Desk {
 public:
  Desk(const ReporterDeps& deps, const ReporterOptions& options, Heads& heads)
      : deps_(deps), options_(options), heads_(heads) {}

  // The head of `key` must be busy, so that its entry stays.
  Task<Stepped> Step(std::string key);

 private:
  using JobPointer = std::shared_ptr<const Job>;

  // Another replica's late word may have taken the place of ours.
  Task<Stepped> LookAgain(Entry& entry);
  // A job by another's name alone is that of a head of ours once run again by a person, its first
  // job long gone.
  Task<Stepped> AskWhose(Entry& entry, JobPointer job);
  // nullopt: the end of the job has still to be told.
  Task<std::optional<Stepped>> FindTheEnd(Entry& entry, JobPointer job, Policy policy);
  Task<Stepped> CarryOut(Entry& entry, JobPointer job, Policy policy, Answer answer);
  Task<Stepped> Interrupt(Entry& entry, JobPointer job, Policy policy);
  Task<Stepped> Rerun(Entry& entry, JobPointer job, PullRequest pull);
  Task<Stepped> Measure(Entry& entry, JobPointer job, Policy policy);
  Task<Stepped> MeasureLater(Entry& entry, JobPointer job, Policy policy, Error error);
  Task<Stepped> Write(Entry& entry, JobPointer job, Answer answer);
  // Fetches what stands at GitHub; nullopt: it is in `told`. For a status that we neither told nor
  // `explains` the API server is asked for the jobs as well.
  using Explains = std::function<bool(const github::CommitStatus&)>;
  Task<std::optional<Stepped>> Verify(Entry& entry, JobPointer job, Explains explains);
  // nullopt: the status has still to be set.
  Task<std::optional<Stepped>> LookUp(Entry& entry, JobPointer job, Answer answer);
  Task<Result<void>> CatchUp(Head head);
  Task<Stepped> Close(Entry& entry, JobPointer job, Answer answer);
  Task<Stepped> CommitGone(Entry& entry, JobPointer job, Error error);
  // GitHub will never take this status; it may well take the next.
  Task<Stepped> GiveUp(Entry& entry, JobPointer job, Answer answer, Error error);
  Task<Stepped> Keep(Entry& entry, JobPointer job, Answer answer);
  void Note(Entry& entry, const Job& job, const Answer& answer);
  [[nodiscard]] Policy PolicyFor(const Job& job) const;
  [[nodiscard]] std::optional<results::Threshold> ThresholdFor(
      const Job& job, const Result<results::Summary>& summary) const;

  const ReporterDeps& deps_;
  const ReporterOptions& options_;
  Heads& heads_;
};

}  // namespace prow_coverage::reporter
