#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/cluster.h"
#include "support/process.h"
#include "support/world.h"

namespace prow_coverage::e2e {

// A daemon between a fake GitHub and the real API server, in a namespace of its own.
class Stage {
 public:
  Stage();

  // Works as the bearer of this kubeconfig (its text).
  std::unique_ptr<testing::Process> StartDaemon(const std::string& kubeconfig,
                                                const std::vector<std::string>& more = {});
  // As the namespace's ServiceAccount, by a bounded token in a file that can be rotated.
  std::unique_ptr<testing::Process> StartAsServiceAccount(
      const std::vector<std::string>& more = {});
  void PutToken(const std::string& token);
  json TokenFileUser() const { return {{"tokenFile", File("sa-token")}}; }

  // A pull request with Go changes, and its signed webhook. GUID: "guid-<number>".
  void Deliver(const testing::Process& daemon, int number);

  // `prow-coverage deliveries show`, as JSON; null when it is not there (yet).
  json Delivery(int number);
  // The same, once it has ended or waits with this reason; whatever it is after half a minute.
  json AwaitReason(int number, const std::string& reason);

  testing::World world;
  Cluster cluster;
  std::string ns = cluster.NewNamespace();

 private:
  std::string File(const std::string& name) const { return (world.dir().path() / name).string(); }
};

}  // namespace prow_coverage::e2e
