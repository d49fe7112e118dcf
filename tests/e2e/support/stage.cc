#include "support/stage.h"

namespace prow_coverage::e2e {

Stage::Stage() = default;

std::unique_ptr<testing::Process> Stage::StartDaemon(const std::string& kubeconfig,
                                                     const std::vector<std::string>& more) {
  world.dir().Write("real.kubeconfig", kubeconfig);
  std::vector<std::string> arguments = {"--kubeconfig=" + File("real.kubeconfig"),
                                        "--jobs-namespace=" + ns, "--inbox=" + File("inbox.db")};
  arguments.insert(arguments.end(), more.begin(), more.end());
  return world.StartDaemon(arguments);
}

std::unique_ptr<testing::Process> Stage::StartAsServiceAccount(
    const std::vector<std::string>& more) {
  PutToken(cluster.Token(ns));
  return StartDaemon(cluster.Kubeconfig(TokenFileUser()), more);
}

// Renamed into place, as the kubelet swaps a symlink.
void Stage::PutToken(const std::string& token) {
  world.dir().Write("sa-token.new", token);
  std::filesystem::rename(File("sa-token.new"), File("sa-token"));
}

void Stage::Deliver(const testing::Process& daemon, int number) {
  world.PutPull(number, {"robots/a.go"});
  const std::string guid = "guid-" + std::to_string(number);
  for (const int status : world.Deliver(daemon, number, guid)) {
    if (status != 200)
      throw std::runtime_error("the webhook was answered " + std::to_string(status));
  }
}

json Stage::Delivery(int number) {
  testing::Process show({testing::World::Binary("prow-coverage"), "deliveries", "show",
                         "guid-" + std::to_string(number), "--json",
                         "--inbox=" + File("inbox.db")});
  if (show.Wait() != 0) return nullptr;
  return json::parse(show.Out());
}

json Stage::AwaitReason(int number, const std::string& reason) {
  json delivery;
  testing::Eventually([&] {
    delivery = Delivery(number);
    return delivery.is_object() && delivery.value("reason", "") == reason;
  });
  return delivery;
}

}  // namespace prow_coverage::e2e
