#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "support/cluster.h"
#include "support/process.h"
#include "support/temp_dir.h"

namespace prow_coverage::e2e {

// The pod of a Deployment as the API server stores it, run on this machine with just what its one
// container would have: its arguments word for word, its environment, the variables of its
// namespace's Services included, its mounts with what the cluster's secrets and config maps hold, a
// token of its ServiceAccount, its user, a root file system that is read-only when it says so
// (pod.sh). Its ports are those of this machine.
//
// Names of the cluster (`http://ghproxy`) lead to the sandbox by way of http_proxy.
class Pod {
 public:
  // `storage` stands for the PersistentVolumes. Throws, as the kubelet refuses, when something that
  // the pod refers to does not exist.
  Pod(Cluster& cluster, const json& deployment, const std::string& github_url,
      const testing::TempDir& storage);

  testing::Process& process() { return *process_; }

  // The number of a port that a Service or a probe refers to, by name or by number. Throws when no
  // container declares it.
  [[nodiscard]] std::uint16_t Port(const json& reference) const;
  [[nodiscard]] std::vector<std::uint16_t> Ports() const;
  // Where the kubelet and a Service reach it. Not 127.0.0.1, for what listens there alone is
  // reached by nobody outside of a real pod.
  [[nodiscard]] static std::string Url(std::uint16_t port, const std::string& path = "/");
  // The HTTP status of an httpGet probe; 0 when nobody answers.
  [[nodiscard]] int Probe(const std::string& name) const;

 private:
  [[nodiscard]] const json& container() const { return spec_["containers"][0]; }
  json SecretOrConfig(const std::string& kind, const std::string& name);
  std::vector<std::string> Environment(const std::string& github_url);
  std::vector<std::string> ServiceLinks();
  std::string Value(const json& variable);
  std::vector<std::string> Arguments(const std::vector<std::string>& environment) const;
  void Mount(const testing::TempDir& storage);
  std::string Volume(const json& volume, const testing::TempDir& storage);
  std::string Files(const std::string& name, const json& data, const json& source);
  bool HasToken();
  std::string Account();

  Cluster& cluster_;
  json spec_;
  std::string ns_;
  testing::TempDir dir_;
  std::unique_ptr<testing::Process> process_;
};

}  // namespace prow_coverage::e2e
