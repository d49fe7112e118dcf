#pragma once

#include <cstdint>
#include <string>

#include "json.h"

namespace prow_coverage::sandbox {

// What plank reads of a ProwJob.
struct ProwJobView {
  std::string org;
  std::string repo;
  std::int64_t number = 0;  // of the first pull request
  std::string cluster;
  std::string state;
  std::string start_time;
  std::string build_id;
  bool kubernetes = false;  // plank sees no other agent's jobs
  bool decorated = false;   // has what plank needs to make a pod and a link
  bool complete = false;    // has a completionTime

  // Of two unfinished presubmits with the same identity plank aborts the one that was started
  // first: job, org/repo@base and pull requests, whatever their SHAs (digestRefs and
  // TerminateOlderJobs in Prow's pkg/pjutil/abort.go). "" for what is no presubmit.
  std::string identity;
};

[[nodiscard]] ProwJobView ReadProwJob(const Json& job);

// Where the artifacts of a build lie: "<bucket>/<prefix>/pr-logs/pull/<org>_<repo>/<pull>/<job>/
// <build ID>". Made here once more, and not by the room prow, which it is there to test.
[[nodiscard]] std::string BuildDirectory(const Json& job, const std::string& build_id);

// Deck's page of a build as plank writes it into status.url, without a slash at its end.
[[nodiscard]] std::string BuildUrl(const std::string& deck_url, const Json& job,
                                   const std::string& build_id);

}  // namespace prow_coverage::sandbox
