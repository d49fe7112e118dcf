#include "prow_coverage/pr_pod/logs.h"

#include "container_log.h"
#include "log_lines.h"

namespace prow_coverage::pr_pod {

Task<Result<void>> PrintLogs(kube::Client& kube, std::string ns, PodState pod,
                             std::function<void(const std::string&)> print) {
  for (const ContainerState& container : pod.containers) {
    if (container.phase == ContainerState::Phase::kWaiting) continue;
    const std::string prefix = "[" + container.name + "] ";
    LogLines lines([&](const std::string& line) { print(prefix + line); });
    const std::string path = LogPath(ns, pod.name, container.name, "", false);
    std::function<Result<void>(std::string_view)> feed = [&lines](std::string_view data) {
      lines.Feed(data);
      return Result<void>();
    };
    Result<void> streamed = co_await kube.Stream(path, feed);
    if (!streamed) co_return streamed;
    lines.Finish();
  }
  co_return Result<void>();
}

}  // namespace prow_coverage::pr_pod
