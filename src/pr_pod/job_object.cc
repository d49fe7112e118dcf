#include "prow_coverage/pr_pod/objects.h"
#include "prow_coverage/pr_pod/phase.h"

#include "metadata.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr const char* kScriptDir = "/pr-pod/job";
constexpr const char* kResultDir = "/pr-pod/results";
constexpr const char* kSecretDir = "/pr-pod/secret";
constexpr const char* kWorkspace = "/workspace";
// Where client libraries look for a ServiceAccount's token.
constexpr const char* kServiceAccountDir = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string Joined(const std::vector<std::string>& words) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

Json Variables(const std::vector<std::pair<std::string, std::string>>& values) {
  Json list = Json::array();
  for (const auto& [name, value] : values) list.push_back({{"name", name}, {"value", value}});
  return list;
}

std::vector<std::pair<std::string, std::string>> TargetVariables(const Plan& plan) {
  const Target& target = plan.target;
  return {{"HOME", "/tmp"},
          {"PR_POD_REPO_URL", target.repo_url},
          {"PR_POD_HEAD_REF", target.head_ref},
          {"PR_POD_HEAD_SHA", target.head_sha},
          {"PR_POD_BASE_REF", target.base_ref},
          {"PR_POD_PULL", target.number == 0 ? "" : std::to_string(target.number)},
          {"PR_POD_AUTHOR", target.author},
          {"PR_POD_KEEP_ALIVE", std::to_string(plan.keep_alive.count())}};
}

std::vector<std::pair<std::string, std::string>> BuildVariables(const Plan& plan) {
  std::vector<std::pair<std::string, std::string>> variables = {
      {"PR_POD_BUILDER", plan.names.builder},
      {"PR_POD_NAMESPACE", plan.ns},
      {"PR_POD_ROOTLESS", plan.build.rootless ? "true" : "false"},
      {"PR_POD_ENTITLEMENTS", Joined(plan.build.entitlements)},
      {"PR_POD_BUILD_TIMEOUT", std::to_string(plan.build.timeout.count())},
      {"PR_POD_MAX_IMAGES", std::to_string(plan.build.max_images)}};
  const auto colon = plan.api_server.rfind(':');
  if (colon != std::string::npos) {
    variables.emplace_back("KUBERNETES_SERVICE_HOST", plan.api_server.substr(0, colon));
    variables.emplace_back("KUBERNETES_SERVICE_PORT", plan.api_server.substr(colon + 1));
  }
  return variables;
}

Json Mount(const char* volume, const char* path, bool read_only) {
  Json mount = {{"name", volume}, {"mountPath", path}};
  if (read_only) mount["readOnly"] = true;
  return mount;
}

Json Mounts(const Plan& plan, const Phase& phase) {
  Json mounts = {Mount("job", kScriptDir, true), Mount("results", kResultDir, false),
                 Mount("workspace", kWorkspace, false)};
  if (phase.reads_token && plan.has_token) mounts.push_back(Mount("token", kSecretDir, true));
  if (phase.asks_api) mounts.push_back(Mount("api-access", kServiceAccountDir, true));
  return mounts;
}

Json Container(const Plan& plan, const Phase& phase) {
  auto variables = TargetVariables(plan);
  if (phase.builds) {
    const auto more = BuildVariables(plan);
    variables.insert(variables.end(), more.begin(), more.end());
  }
  const std::string script = std::string(kScriptDir) + "/" + std::string(phase.name) + ".sh";
  return {{"name", phase.name},
          {"image", plan.image},
          {"imagePullPolicy", "IfNotPresent"},
          {"command", {"/bin/sh", script}},
          {"workingDir", kWorkspace},
          {"env", Variables(variables)},
          {"resources", {{"requests", {{"cpu", "50m"}, {"memory", "64Mi"}}}}},
          {"securityContext",
           {{"allowPrivilegeEscalation", false}, {"capabilities", {{"drop", {"ALL"}}}}}},
          {"volumeMounts", Mounts(plan, phase)}};
}

// What automountServiceAccountToken would mount into every container, for the one that needs it.
Json ApiAccess() {
  const Json token = {{"serviceAccountToken", {{"path", "token"}, {"expirationSeconds", 3600}}}};
  const Json ca = {{"configMap",
                    {{"name", "kube-root-ca.crt"},
                     {"items", Json::array({{{"key", "ca.crt"}, {"path", "ca.crt"}}})}}}};
  const Json ns = {
      {"downwardAPI",
       {{"items", Json::array({{{"path", "namespace"},
                                {"fieldRef", {{"fieldPath", "metadata.namespace"}}}}})}}}};
  return {{"name", "api-access"},
          {"projected", {{"defaultMode", 0400}, {"sources", Json::array({token, ca, ns})}}}};
}

Json Volumes(const Plan& plan) {
  Json volumes = Json::array();
  volumes.push_back({{"name", "workspace"}, {"emptyDir", Json::object()}});
  volumes.push_back({{"name", "results"}, {"emptyDir", {{"sizeLimit", "64Mi"}}}});
  volumes.push_back(
      {{"name", "job"}, {"configMap", {{"name", plan.names.job}, {"defaultMode", 0444}}}});
  if (plan.has_token) {
    volumes.push_back({{"name", "token"},
                       {"secret",
                        {{"secretName", plan.names.secret},
                         {"defaultMode", 0400},
                         {"items", Json::array({{{"key", kTokenKey}, {"path", kTokenKey}}})}}}});
  }
  if (plan.build.enabled) volumes.push_back(ApiAccess());
  return volumes;
}

Json PodSpec(const Plan& plan) {
  Json init = Json::array();
  for (const Phase& phase : Phases()) {
    if (!phase.builds || plan.build.enabled) init.push_back(Container(plan, phase));
  }
  Json last = init.back();
  init.erase(init.size() - 1);
  Json spec = {{"restartPolicy", "Never"},
               {"serviceAccountName", plan.names.job},
               {"automountServiceAccountToken", false},
               {"enableServiceLinks", false},
               // A shell as process 1 ignores TERM: without this a deleted pod stays half a minute.
               {"terminationGracePeriodSeconds", 1},
               {"securityContext", {{"seccompProfile", {{"type", "RuntimeDefault"}}}}}};
  if (plan.host_network) spec["hostNetwork"] = true;
  spec["initContainers"] = std::move(init);
  spec["containers"] = Json::array({std::move(last)});
  spec["volumes"] = Volumes(plan);
  return spec;
}

}  // namespace

Object RenderJob(const Plan& plan) {
  Json metadata = Metadata(plan, plan.names.job, "");
  metadata["annotations"] = {{"prow-coverage/target", Describe(plan.target)},
                             {"prow-coverage/head-sha", plan.target.head_sha},
                             {"prow-coverage/base", plan.target.base_ref},
                             {"prow-coverage/run-id", plan.run_id}};
  const Json job = {
      {"apiVersion", "batch/v1"},
      {"kind", "Job"},
      {"metadata", std::move(metadata)},
      {"spec",
       {{"suspend", true},
        {"backoffLimit", 0},
        {"activeDeadlineSeconds", plan.timeout.count()},
        {"ttlSecondsAfterFinished", plan.ttl.count()},
        {"template", {{"metadata", {{"labels", Labels(plan)}}}, {"spec", PodSpec(plan)}}}}}};
  return {Jobs(plan.ns), "Job", plan.names.job, Dump(job)};
}

}  // namespace prow_coverage::pr_pod
