#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "prow_coverage/prow/prow_job.h"
#include "prow_coverage/reporter/job.h"

namespace prow_coverage::reporter {

inline constexpr const char* kHost = "https://github.com";
inline const std::string kHeadSha = std::string(40, 'a');
inline const std::string kKey = "kubevirt/project-infra#17@" + kHeadSha;  // of its head
inline const std::string kBaseSha = std::string(40, 'b');
inline const Head kHead{"kubevirt", "project-infra", 17, kHeadSha};

// Our job for kHead as the API server has it.
inline nlohmann::json JobJson(const std::string& state, int attempt = 1) {
  const std::string name = prow::JobName(kHost, PullOf(kHead), attempt);
  return {
      {"apiVersion", "prow.k8s.io/v1"},
      {"kind", "ProwJob"},
      {"metadata",
       {{"name", name},
        {"namespace", "jobs"},
        {"resourceVersion", "1"},
        {"creationTimestamp", "2026-08-19T10:00:00Z"},
        {"labels",
         {{"coverage-plugin", "true"},
          {"prow.k8s.io/refs.org", "kubevirt"},
          {"prow.k8s.io/refs.repo", "project-infra"},
          {"prow.k8s.io/refs.pull", "17"}}}}},
      {"spec",
       {{"job", "coverage-auto"},
        {"context", "coverage-auto"},
        {"refs",
         {{"org", "kubevirt"},
          {"repo", "project-infra"},
          {"base_ref", "main"},
          {"base_sha", kBaseSha},
          {"pulls", {{{"number", 17}, {"sha", kHeadSha}, {"author", "somebody"}}}}}},
        {"decoration_config",
         {{"gcs_configuration", {{"bucket", "kubevirt-prow"}, {"path_strategy", "explicit"}}}}}}},
      {"status",
       {{"startTime", "2026-08-19T10:00:0" + std::to_string(attempt) + "Z"}, {"state", state}}}};
}

inline Job ParsedJob(const nlohmann::json& object) {
  return ParseJob(object.dump(), kHost).value();
}

}  // namespace prow_coverage::reporter
