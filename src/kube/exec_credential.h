#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/kube/kubeconfig.h"

namespace prow_coverage::kube {

// What a credential plugin answers on its standard output: an ExecCredential object of
// client.authentication.k8s.io. At least a token or a certificate with its key is there.
struct ExecCredential {
  std::string token;
  std::string certificate_pem;
  std::string key_pem;
  std::optional<WallTime> expires;

  bool operator==(const ExecCredential&) const = default;
};

// Errors: kUnauthenticated, saying what is wrong with the answer, never quoting it.
[[nodiscard]] Result<ExecCredential> ParseExecCredential(std::string_view output,
                                                         std::string_view api_version);

// The value of KUBERNETES_EXEC_INFO: an ExecCredential whose spec tells the plugin about the
// cluster (if it asked for that) and that nobody is there to be asked for a password.
[[nodiscard]] std::string ExecInfo(const Cluster& cluster);

}  // namespace prow_coverage::kube
