#pragma once

#include <string>
#include <string_view>

namespace prow_coverage::pr_pod {

// Path and query of a container's log, each line with its time; from `since` (RFC 3339) on unless
// it is "". With `follow` the answer ends when the container does.
[[nodiscard]] std::string LogPath(const std::string& ns, const std::string& pod,
                                  std::string_view container, const std::string& since,
                                  bool follow);

}  // namespace prow_coverage::pr_pod
