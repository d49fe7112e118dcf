#pragma once

#include <functional>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/manifests.h"
#include "support/pod.h"
#include "support/world.h"

namespace prow_coverage::e2e {

struct Event {
  int number;  // of a pull request of kubevirt/project-infra
  std::string action;
  std::string guid;
};

// deploy/ in the real API server, its pod on this machine, and a fake GitHub that lets in the
// bearer of the operator's token, and the App.
class DeployedTest : public ::testing::Test {
 protected:
  DeployedTest();

  static void ForEachVariant(const std::function<void(const Variant&)>& check);

  // The port that the Service of plugins.yaml leads to.
  static std::uint16_t HookPort(const Manifests& manifests, const Pod& pod);

  bool IsReady(Pod& pod);
  bool LeaseIsHeld();

  // As hook sends it to the Service; answers the HTTP statuses.
  std::vector<int> Send(std::uint16_t port, const Event& event);
  // That a pull request with Go changes was opened. GUID: "guid-<number>".
  std::vector<int> SendOpened(std::uint16_t port, int number);

  Cluster cluster_;
  testing::World world_;
};

}  // namespace prow_coverage::e2e
