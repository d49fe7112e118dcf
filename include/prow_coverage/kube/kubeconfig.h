#pragma once

#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/http/client.h"

namespace prow_coverage::kube {

// A credential plugin of a kubeconfig (client.authentication.k8s.io/v1 and v1beta1).
struct ExecPlugin {
  std::string api_version;
  std::string command;  // resolved against the kubeconfig's directory when it has a slash
  std::vector<std::string> args;
  std::map<std::string, std::string> env;
  std::string install_hint;
  bool provide_cluster_info = false;
  std::string cluster_config;  // JSON for its spec.cluster.config, "" for none

  bool operator==(const ExecPlugin&) const = default;
};

// Everything needed to talk to one API server as one user.
struct Cluster {
  std::string context;  // its name; "in-cluster" inside a pod
  std::string server;   // https://host:port, without a slash at its end
  std::string ns;       // the context's namespace, or the pod's own; "default" when nobody said
  http::Tls tls;        // CA, client certificate and key as PEM text
  std::string proxy;
  std::string token;                            // inline
  std::filesystem::path token_file;             // wins over `token`; re-read as it rotates
  std::string username, password;               // basic authentication
  std::string impersonate;                      // `as`
  std::vector<std::string> impersonate_groups;  // `as-groups`
  ExecPlugin exec;                              // command "" for none

  bool operator==(const Cluster&) const = default;
};

// Reads a kubeconfig (YAML or JSON) and resolves one context (`context` "": current-context); paths
// in it are relative to its directory.
// Errors: kNotFound, kInvalidArgument naming file, line and fix: no current-context (lists those
// that exist), unknown context, cluster or user, server that is no URL, broken base64, a
// certificate file that cannot be read, an auth-provider (removed from Kubernetes).
[[nodiscard]] Result<Cluster> LoadKubeconfig(const std::filesystem::path& path,
                                             std::string_view context);

// The pod's own ServiceAccount. `root` is /var/run/secrets/kubernetes.io/serviceaccount; host and
// port are KUBERNETES_SERVICE_HOST and _PORT, passed in by the composition root.
// Errors: kInvalidArgument, saying that this is no pod and that --kubeconfig is needed.
[[nodiscard]] Result<Cluster> InCluster(const std::filesystem::path& root, std::string_view host,
                                        std::string_view port);

}  // namespace prow_coverage::kube
