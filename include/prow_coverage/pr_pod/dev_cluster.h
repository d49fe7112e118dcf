#pragma once

#include <string>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/kube/kubeconfig.h"

namespace prow_coverage::pr_pod {

// Where a kubeconfig may be named, strongest first; "" for not set.
struct KubeconfigSources {
  std::string flag;        // --kubeconfig
  std::string dev;         // KUBECONFIG_DEV
  std::string primary;     // KUBECONFIG_PRIMARY
  std::string kubeconfig;  // KUBECONFIG, may be a list with colons
  std::string home;        // HOME, for ~/.kube/config
};

struct KubeconfigChoice {
  std::string path;
  std::string source;  // "--kubeconfig", "KUBECONFIG_DEV", …, "the default file"

  bool operator==(const KubeconfigChoice&) const = default;
};

// The first source that is set; of a list in KUBECONFIG the first file that exists, because the
// lists are not merged here. Errors: kNotFound when nothing is named.
[[nodiscard]] Result<KubeconfigChoice> ChooseKubeconfig(const KubeconfigSources& sources);

// Refuses what does not look like a development cluster: a wrong kubeconfig is the costliest
// mistake here. Good are context names that the usual tools give (kind-*, k3d-*, minikube, …), an
// API server on loopback, and the contexts in `allowed`. Errors: kPermissionDenied, naming context,
// server and the flag that allows it.
[[nodiscard]] Result<void> CheckDevelopment(const kube::Cluster& cluster,
                                            const std::vector<std::string>& allowed);

}  // namespace prow_coverage::pr_pod
