#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/reporter/job.h"
#include "prow_coverage/results/judgement.h"
#include "prow_coverage/results/summary.h"

namespace prow_coverage::reporter {

// How far a job is, as its status tells it. Of one job a later phase is never followed by an
// earlier one.
enum class Phase {
  kNone,
  kWaiting,  // created; the link is the job's page
  kRunning,  // it has a build ID; the link is Spyglass'
  kStuck,    // it stayed too long in one state, or its numbers cannot be fetched for now; should
             // that change, it is told as well
  kEnded,    // nothing more will be told of it
};

[[nodiscard]] std::string_view ToString(Phase phase);
[[nodiscard]] Phase ParsePhase(std::string_view name);  // kNone for an unknown one

// What was last told about a head.
struct Told {
  std::string job_name;
  WallTime job_start;
  Phase phase = Phase::kNone;
  std::optional<github::CommitStatus> status;
  std::string rerun_of;  // the aborted job that the next attempt was asked for
  WallTime rerun_at;

  // A name can come back: a job that was deleted is made anew.
  [[nodiscard]] bool IsAbout(const Job& job) const {
    return job_name == job.name && job_start == job.start_time;
  }

  bool operator==(const Told&) const = default;
};

struct Policy {
  bool gate = false;  // the repository never takes a missing measurement for a success
  std::chrono::milliseconds stuck_after = std::chrono::minutes(60);
  std::string deck_url;
};

// What is to be done about a head now.
struct Answer {
  enum class Next {
    kNothing,
    kSet,      // the status below, unless it stands already
    kClose,    // the job has ended and nobody wants a status for it
    kMeasure,  // fetch the summary, then Measured
    kAskHead,  // ask GitHub whether this is still the head, then Interrupted
    kRerun,    // ask for the next attempt
  };

  Next next = Next::kNothing;
  Phase phase = Phase::kNone;
  github::CommitStatus status;
  std::string_view why = "";         // for the log
  std::optional<WallTime> again_at;  // nothing may happen until then; look again
};

// All of these are pure. The states of a job and their texts stand in one table in answer.cc.
[[nodiscard]] Answer Decide(const Job& job, const Told& told, const Policy& policy, WallTime now);

// Whether the status is somebody's last word: neither pending nor one that will be followed up.
[[nodiscard]] bool IsFinal(const github::CommitStatus& status);

// Whether `status`, found at GitHub, tells the end of this very job: nobody need tell it again, nor
// can everybody, since its artifacts may be gone. Any end will do for a job that was deleted before
// it had one.
[[nodiscard]] bool TellsTheEnd(const github::CommitStatus& status, const Job& job,
                               const Policy& policy);

// A job that has ended by itself. Without a summary `summary` says why there is none.
[[nodiscard]] Answer Measured(const Job& job, const Policy& policy,
                              const Result<results::Summary>& summary,
                              const std::optional<results::Threshold>& threshold);

// A job that has ended by itself, while the artifact store is out of order: `why`. Not its end,
// unless nobody asks the store again.
[[nodiscard]] Answer Unfetched(const Job& job, const Policy& policy, std::string_view why,
                               bool asked_again);

// The next attempt is asked for once: not of one that was itself asked for so.
[[nodiscard]] bool MayBeRunAgain(const Job& job, const Told& told);

// The next attempt was asked for and has not turned up yet.
[[nodiscard]] bool WaitsForRerun(const Job& job, const Told& told);

// A job that was aborted or deleted. `wanted`: its SHA is the head of an open pull request.
[[nodiscard]] Answer Interrupted(const Job& job, const Told& told, const Policy& policy,
                                 bool wanted, WallTime now);

}  // namespace prow_coverage::reporter
