#include "support/follower.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/co_spawn.hpp>

#include "prow_coverage/kube/kubeconfig.h"

#include "support/temp_dir.h"

namespace prow_coverage::e2e {
namespace {

kube::Cluster Load(const std::string& kubeconfig) {
  const testing::TempDir dir;
  return kube::LoadKubeconfig(dir.Write("kubeconfig", kubeconfig), "").value();
}

}  // namespace

RealClient::RealClient(const std::string& kubeconfig)
    : http_(http::MakeCurlClient(context.get_executor())),
      cluster_(Load(kubeconfig)),
      credentials_(kube::MakeCredentials(cluster_, *clock, logger)),
      client_(kube::MakeClient(cluster_, {}, *http_, *credentials_, *clock, logger, *metrics_)) {}

kube::Resource ProwJobs(const std::string& ns) { return {"prow.k8s.io", "v1", "prowjobs", ns}; }

Follower::Follower(RealClient& client, const std::string& ns, kube::InformerOptions options)
    : client_(client) {
  kube::InformerCallbacks callbacks{
      [this](const std::string& object) { Upsert(object); },
      [this](const kube::ObjectId& id, const std::string&) { Deleted(id); }, [this] { ++lists; }};
  informer_ = kube::MakeInformer(*client, ProwJobs(ns), std::move(options), std::move(callbacks),
                                 *client.clock, client.logger);
  boost::asio::co_spawn(client.context, informer_->Run(),
                        boost::asio::bind_cancellation_slot(
                            stop_.slot(), [this](std::exception_ptr) { running_ = false; }));
}

Follower::~Follower() {
  stop_.emit(boost::asio::cancellation_type::terminal);
  Until([this] { return !running_; });
}

bool Follower::Until(const std::function<bool()>& condition) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::minutes(1);
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    client_.context.restart();
    client_.context.run_for(std::chrono::milliseconds(20));
  }
  return true;
}

void Follower::Upsert(const std::string& object) {
  ++upserts;
  const json metadata = json::parse(object)["metadata"];
  const std::string name = metadata["name"];
  const std::string version = metadata["resourceVersion"];
  if (!told_.insert(version).second) faults.push_back(name + " told twice as of " + version);
  known[name] = version;
}

void Follower::Deleted(const kube::ObjectId& id) {
  ++deletions;
  if (known.erase(id.name) == 0) faults.push_back(id.name + " deleted, though it was not there");
}

}  // namespace prow_coverage::e2e
