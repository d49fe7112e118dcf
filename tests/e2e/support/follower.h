#pragma once

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/io_context.hpp>

#include "prow_coverage/kube/client.h"
#include "prow_coverage/kube/credentials.h"
#include "prow_coverage/kube/informer.h"

#include "support/cluster.h"
#include "support/recording_logger.h"

namespace prow_coverage::e2e {

// The daemon's own Kubernetes client, as the bearer of a kubeconfig.
class RealClient {
 public:
  explicit RealClient(const std::string& kubeconfig);

  kube::Client& operator*() { return *client_; }
  kube::Client* operator->() { return client_.get(); }

  boost::asio::io_context context;
  testing::RecordingLogger logger;
  std::unique_ptr<Clock> clock = MakeSystemClock();

 private:
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  std::unique_ptr<http::Client> http_;
  kube::Cluster cluster_;
  std::unique_ptr<kube::Credentials> credentials_;
  std::unique_ptr<kube::Client> client_;
};

kube::Resource ProwJobs(const std::string& ns);

// An informer over the ProwJobs of a namespace, and everything that it has told.
class Follower {
 public:
  Follower(RealClient& client, const std::string& ns, kube::InformerOptions options);
  ~Follower();

  // Runs it until `condition` holds; false when it did not within a minute.
  bool Until(const std::function<bool()>& condition);

  // The states that are known, "name" to "resourceVersion".
  std::map<std::string, std::string> known;
  int upserts = 0;
  int deletions = 0;
  int lists = 0;
  // A state that was told a second time, or a deletion of what was not there: must stay empty.
  std::vector<std::string> faults;

 private:
  void Upsert(const std::string& object);
  void Deleted(const kube::ObjectId& id);

  RealClient& client_;
  std::set<std::string> told_;
  std::unique_ptr<kube::Informer> informer_;
  boost::asio::cancellation_signal stop_;
  bool running_ = true;
};

}  // namespace prow_coverage::e2e
