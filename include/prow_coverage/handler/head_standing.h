#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::handler {

// What the inbox tells about a pull request's head.
struct HeadDeliveries {
  enum class Kind {
    kNone,       // never seen, or ended without an answer (ignored, or not the head at that time)
    kInWork,     // a worker has it, or it waits for its next attempt
    kAnswered,   // a job
    kNeedsNone,  // a reason of the head itself why there is none
    kGivenUp,    // a dead letter: an operator's to retry
  };
  Kind kind = Kind::kNone;
  // Another head of the pull request was delivered later: the branch was set back to this one.
  bool returned = false;
  std::int64_t newest_id = 0;  // of the head's deliveries, whatever became of them; 0: none

  bool operator==(const HeadDeliveries&) const = default;
};

// `deliveries` are the pull request's, in the order of arrival.
[[nodiscard]] HeadDeliveries ReadDeliveries(std::span<const inbox::Sighting> deliveries,
                                            std::string_view head_sha);

// The coverage jobs of one head.
struct HeadJobs {
  // The newest runs, waits to run, or has ended with a result: an older one's result has been
  // followed by a status of the newer one's.
  bool live = false;
  int aborted = 0;

  bool operator==(const HeadJobs&) const = default;
};

// Jobs by head, whoever created them: found by refs, not by name, so that a job that a person
// started again from Deck or that the Go plugin made counts as well.
class JobsByHead {
 public:
  // A ProwJob as JSON text. One that is not ours or cannot be read is left out.
  void Add(std::string_view object);
  [[nodiscard]] HeadJobs For(const PullRequest& pull) const;

 private:
  struct Known {
    HeadJobs jobs;
    WallTime newest = WallTime::min();  // start time
  };
  std::map<std::string, Known, std::less<>> jobs_;
};

// What the commit's newest coverage status tells.
enum class HeadStatus { kNotAsked, kNone, kPending, kFinal };

[[nodiscard]] HeadStatus ReadStatuses(std::span<const github::CommitStatus> statuses);

struct HeadEvidence {
  HeadDeliveries deliveries;
  HeadJobs jobs;
  HeadStatus status = HeadStatus::kNotAsked;
  bool waited = false;  // the comparison before found just the same

  bool operator==(const HeadEvidence&) const = default;
};

enum class Standing { kAnswered, kInWork, kGivenUp, kAskStatus, kUnanswered };

// Whether an open head has its answer, from the cheapest evidence that decides; kAskStatus only
// when neither the inbox nor the jobs do. docs/inbox.md has the table. Pure.
[[nodiscard]] Standing Judge(const HeadEvidence& evidence);

// The evidence in words: "delivered before, 1 job aborted, status pending".
[[nodiscard]] std::string Describe(const HeadEvidence& evidence);

}  // namespace prow_coverage::handler
