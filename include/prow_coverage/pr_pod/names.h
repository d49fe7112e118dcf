#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"

namespace prow_coverage::pr_pod {

inline constexpr const char* kDefaultJobName = "test-pr-pod-with-pat";
inline constexpr const char* kDefaultSecretName = "github-pat-secret";

// Labels of everything that is created.
inline constexpr const char* kManagedByLabel = "app.kubernetes.io/managed-by";
inline constexpr const char* kManagedBy = "prow-coverage-pr-pod";
inline constexpr const char* kRunLabel = "prow-coverage/pr-pod";  // the Job's name

// Names of one run's objects, each a DNS label, which Kubernetes allows 63 characters.
struct Names {
  std::string job;  // also of ServiceAccount, Role, RoleBinding, ConfigMap
  std::string secret;
  std::string builder;  // Deployment of BuildKit

  bool operator==(const Names&) const = default;
};

// `suffix` "" for none, else put behind job and secret, which are cut to make room.
// Errors: kInvalidArgument for a name that is no DNS label; says how long it is when it is too
// long.
[[nodiscard]] Result<Names> MakeNames(const std::string& job, const std::string& secret,
                                      std::string_view suffix);

// As Kubernetes wants a label's value: bytes that are not allowed become '-', cut to 63.
[[nodiscard]] std::string LabelValue(std::string_view text);

}  // namespace prow_coverage::pr_pod
