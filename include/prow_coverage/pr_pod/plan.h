#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "prow_coverage/pr_pod/names.h"
#include "prow_coverage/pr_pod/target.h"

namespace prow_coverage::pr_pod {

struct BuildPlan {
  bool enabled = false;
  bool rootless = false;
  std::string image;                      // BuildKit's, "" for the driver's own
  std::vector<std::string> entitlements;  // e.g. security.insecure; none by default
  std::chrono::seconds timeout{1800};     // of the phase
  int max_images = 20;                    // more than so many affected ones fail the phase
};

// Everything that a run's objects are rendered from.
struct Plan {
  Target target;
  Names names;
  std::string ns;
  std::string image = "docker:24-git";
  bool has_token = false;
  BuildPlan build;
  std::chrono::seconds timeout{3600};  // of the whole Job
  std::chrono::seconds ttl{3600};      // after its end everything is removed
  std::chrono::seconds keep_alive{0};  // how long the last phase waits, to be looked into
  bool host_network = false;           // for clusters whose pods do not reach the git server
  std::string api_server;              // host:port of the API as the pod sees it; "": the service
  std::string run_id;                  // tells our own Job from one of the same name
};

}  // namespace prow_coverage::pr_pod
