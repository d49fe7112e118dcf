#include "container_log.h"

#include "prow_coverage/http/client.h"

namespace prow_coverage::pr_pod {

std::string LogPath(const std::string& ns, const std::string& pod, std::string_view container,
                    const std::string& since, bool follow) {
  std::string path = "/api/v1/namespaces/" + http::PercentEncode(ns) + "/pods/" +
                     http::PercentEncode(pod) +
                     "/log?timestamps=true&container=" + http::PercentEncode(container);
  if (follow) path += "&follow=true";
  if (!since.empty()) path += "&sinceTime=" + http::PercentEncode(since);
  return path;
}

}  // namespace prow_coverage::pr_pod
