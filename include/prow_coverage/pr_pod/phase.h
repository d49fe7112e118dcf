#pragma once

#include <span>
#include <string_view>

namespace prow_coverage::pr_pod {

// A step of the job: a container of its own, so that each leaves a result of its own and sees just
// what it needs. They run one after another; the first that fails ends the pod.
struct Phase {
  std::string_view name;     // of the container, of the script <name>.sh and of the result
  std::string_view does;     // in words, for people
  bool reads_token = false;  // the one container that mounts the Secret
  bool asks_api = false;     // has the ServiceAccount's token
  bool builds = false;       // only with --build
};

// In the order in which they run. Phases to come (deploy with Helm, test what is deployed) get a
// row between build and report, and a script.
[[nodiscard]] std::span<const Phase> Phases();

}  // namespace prow_coverage::pr_pod
