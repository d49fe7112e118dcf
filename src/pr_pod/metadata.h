#pragma once

#include <string>

#include <nlohmann/json.hpp>

#include "prow_coverage/kube/client.h"
#include "prow_coverage/pr_pod/objects.h"
#include "prow_coverage/pr_pod/plan.h"

namespace prow_coverage::pr_pod {

using Json = nlohmann::ordered_json;

[[nodiscard]] kube::Resource Jobs(const std::string& ns);
[[nodiscard]] kube::Resource Pods(const std::string& ns);
[[nodiscard]] kube::Resource Events(const std::string& ns);

// Labels that find everything of this run.
[[nodiscard]] Json Labels(const Plan& plan);

// Name, namespace, labels, and the owner unless `job_uid` is "".
[[nodiscard]] Json Metadata(const Plan& plan, const std::string& name, const std::string& job_uid);

[[nodiscard]] std::string Dump(const Json& json);

}  // namespace prow_coverage::pr_pod
