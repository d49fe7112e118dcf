#include "prow_coverage/base/file.h"
#include "prow_coverage/base/trim.h"
#include "prow_coverage/kube/kubeconfig.h"

namespace prow_coverage::kube {
namespace {

Error NotInAPod(const std::string& why) {
  return {ErrorCode::kInvalidArgument,
          "no ServiceAccount of a pod: " + why +
              "; outside of a cluster give --kubeconfig, inside of one check that "
              "automountServiceAccountToken is not false",
          {}};
}

std::string ServerUrl(std::string_view host, std::string_view port) {
  const bool bare_ipv6 = host.find(':') != std::string_view::npos && !host.starts_with('[');
  const std::string name = bare_ipv6 ? "[" + std::string(host) + "]" : std::string(host);
  return "https://" + name + ":" + std::string(port);
}

}  // namespace

Result<Cluster> InCluster(const std::filesystem::path& root, std::string_view host,
                          std::string_view port) {
  if (host.empty() || port.empty()) {
    return NotInAPod("KUBERNETES_SERVICE_HOST or KUBERNETES_SERVICE_PORT is not set");
  }
  Cluster cluster;
  cluster.context = "in-cluster";
  cluster.server = ServerUrl(host, port);
  cluster.token_file = root / "token";
  if (const auto token = ReadFile(cluster.token_file); !token) {
    return NotInAPod(token.error().message);
  }
  auto ca = ReadFile(root / "ca.crt");
  if (!ca) return NotInAPod(ca.error().message);
  cluster.tls.ca_pem = std::move(*ca);
  const auto ns = ReadFile(root / "namespace");
  cluster.ns = ns ? std::string(Trim(*ns)) : std::string();
  if (cluster.ns.empty()) cluster.ns = "default";
  return cluster;
}

}  // namespace prow_coverage::kube
