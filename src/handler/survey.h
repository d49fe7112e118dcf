#pragma once

#include <map>
#include <string>
#include <vector>

#include "prow_coverage/base/task.h"
#include "prow_coverage/handler/head_standing.h"
#include "prow_coverage/handler/reconciler.h"

namespace prow_coverage::handler {

// What is known of all open pull requests without a call for each of them.
struct Survey {
  std::vector<PullRequest> pulls;
  std::map<inbox::PullKey, std::vector<inbox::Sighting>> sightings;
  JobsByHead jobs;

  // Everything but the status.
  [[nodiscard]] HeadEvidence For(const PullRequest& pull) const;
};

// One fault that kept a survey from seeing everything.
struct Gap {
  std::string doing;  // "listing the open pull requests of org/repo"
  Error error;
};

// The open pull requests of the configured repositories whose webhook would be ours. One that
// cannot be listed does not stop the others; it is told in `gaps`.
Task<std::vector<PullRequest>> ListOpenPulls(const ReconcilerDeps& deps, const Settings& settings,
                                             std::vector<Gap>& gaps);

// Adds what inbox and cluster know of `survey.pulls`; the gap when either cannot tell: then nothing
// can be said of any head.
Task<std::optional<Gap>> ReadInboxAndJobs(const ReconcilerDeps& deps, const Settings& settings,
                                          Survey& survey);

// The next call to GitHub would fare no better, whatever it asks for.
[[nodiscard]] bool ConcernsAllCalls(ErrorCode code);

}  // namespace prow_coverage::handler
