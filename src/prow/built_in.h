#pragma once

#include <string_view>

namespace prow_coverage::prow {

// The job where neither the job configuration nor Prow's decoration defaults say anything: what
// kubevirt/project-infra runs.
inline constexpr std::string_view kBuiltInImage = "quay.io/kubevirtci/golang:v20251218-e7a7fc9";
inline constexpr std::string_view kBuiltInCluster = "kubevirt-prow-control-plane";
inline constexpr std::string_view kBuiltInScript = "make coverage";
inline constexpr std::string_view kBuiltInGoVersion = "1.25.1";
inline constexpr std::string_view kBuiltInMemory = "4Gi";

inline constexpr std::string_view kBuiltInTimeout = "2h0m0s";
inline constexpr std::string_view kBuiltInGracePeriod = "15s";
inline constexpr std::string_view kBuiltInCloneRefs =
    "us-docker.pkg.dev/k8s-infra-prow/images/clonerefs:v20260819-7593870dc";
inline constexpr std::string_view kBuiltInInitUpload =
    "us-docker.pkg.dev/k8s-infra-prow/images/initupload:v20260819-7593870dc";
inline constexpr std::string_view kBuiltInEntrypoint =
    "us-docker.pkg.dev/k8s-infra-prow/images/entrypoint:v20260819-7593870dc";
inline constexpr std::string_view kBuiltInSidecar =
    "us-docker.pkg.dev/k8s-infra-prow/images/sidecar:v20260819-7593870dc";
inline constexpr std::string_view kBuiltInBucket = "kubevirt-prow";
inline constexpr std::string_view kBuiltInPathStrategy = "explicit";
inline constexpr std::string_view kBuiltInCredentialsSecret = "gcs-credentials";

}  // namespace prow_coverage::prow
