#include "container_log.h"

#include "prow_coverage/base/percent_encode.h"

namespace prow_coverage::pr_pod {

std::string LogPath(const std::string& ns, const std::string& pod, std::string_view container,
                    const std::string& since, bool follow) {
  std::string path = "/api/v1/namespaces/" + PercentEncode(ns) + "/pods/" + PercentEncode(pod) +
                     "/log?timestamps=true&container=" + PercentEncode(container);
  if (follow) path += "&follow=true";
  if (!since.empty()) path += "&sinceTime=" + PercentEncode(since);
  return path;
}

}  // namespace prow_coverage::pr_pod
