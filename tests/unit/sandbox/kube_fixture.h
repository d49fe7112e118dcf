#pragma once

#include <string>

#include "sandbox_fixture.h"

namespace prow_coverage::sandbox {

inline constexpr char kNamespace[] = "kubevirt-prow-jobs";
inline constexpr char kJobs[] = "/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs";
inline constexpr char kLeases[] =
    "/apis/coordination.k8s.io/v1/namespaces/kubevirt-prow-jobs/leases";

class KubeFixture : public SandboxFixture {
 protected:
  using SandboxFixture::SandboxFixture;

  static json Job(const std::string& name) {
    return json::parse(R"({
      "apiVersion": "prow.k8s.io/v1", "kind": "ProwJob",
      "metadata": {"labels": {"coverage-plugin": "true"}},
      "spec": {"type": "presubmit", "agent": "kubernetes", "job": "coverage-auto",
               "refs": {"org": "kubevirt", "repo": "kubevirt",
                        "pulls": [{"number": 1, "author": "jdoe", "sha": "abc"}]},
               "pod_spec": {"containers": [{"name": "", "image": "golang"}]},
               "decoration_config": {"timeout": "2h0m0s", "utility_images": {"sidecar": "x"}}},
      "status": {"startTime": "2026-08-19T10:00:00Z", "state": "triggered"}})")
        .patch({{{"op", "add"}, {"path", "/metadata/name"}, {"value", name}}});
  }

  http::Response Create(const json& object, const std::string& query = "") {
    return Kube("POST", kJobs + query, object.dump(), {{"Content-Type", "application/json"}});
  }

  http::Response Patch(const std::string& name, const json& patch,
                       const std::string& type = "application/merge-patch+json") {
    return Kube("PATCH", std::string(kJobs) + "/" + name, patch.dump(), {{"Content-Type", type}});
  }

  json Read(const std::string& name) {
    return json::parse(Kube("GET", std::string(kJobs) + "/" + name).body);
  }

  json List(const std::string& query = "") { return json::parse(Kube("GET", kJobs + query).body); }
};

}  // namespace prow_coverage::sandbox
