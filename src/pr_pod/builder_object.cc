#include "builder_object.h"

namespace prow_coverage::pr_pod {
namespace {

// The images that the driver takes by default.
constexpr const char* kImage = "moby/buildkit:buildx-stable-1";
constexpr const char* kRootlessImage = "moby/buildkit:buildx-stable-1-rootless";
constexpr int kRootlessUser = 1000;

std::string ImageOf(const BuildPlan& build) {
  if (!build.image.empty()) return build.image;
  return build.rootless ? kRootlessImage : kImage;
}

Json Arguments(const BuildPlan& build) {
  Json arguments = Json::array();
  if (build.rootless) arguments.push_back("--oci-worker-no-process-sandbox");
  for (const auto& entitlement : build.entitlements) {
    arguments.push_back("--allow-insecure-entitlement");
    arguments.push_back(entitlement);
  }
  return arguments;
}

// What is needed to make namespaces and mounts: privilege, or for rootless a pod that forbids
// neither by seccomp nor by AppArmor.
Json SecurityContext(const BuildPlan& build) {
  if (!build.rootless) return {{"privileged", true}};
  return {{"runAsUser", kRootlessUser},
          {"runAsGroup", kRootlessUser},
          {"seccompProfile", {{"type", "Unconfined"}}},
          {"appArmorProfile", {{"type", "Unconfined"}}}};
}

Json Container(const BuildPlan& build) {
  const char* state = build.rootless ? "/home/user/.local/share/buildkit" : "/var/lib/buildkit";
  return {{"name", "buildkitd"},
          {"image", ImageOf(build)},
          {"imagePullPolicy", "IfNotPresent"},
          {"args", Arguments(build)},
          {"securityContext", SecurityContext(build)},
          {"readinessProbe",
           {{"exec", {{"command", {"buildctl", "debug", "workers"}}}}, {"periodSeconds", 1}}},
          {"volumeMounts", Json::array({{{"name", "state"}, {"mountPath", state}}})}};
}

}  // namespace

Object RenderBuilder(const Plan& plan, const std::string& job_uid) {
  const std::string& name = plan.names.builder;
  // The driver finds the pod by this label.
  const Json selector = {{"app", name}};
  Json labels = Labels(plan);
  labels.update(selector);
  const Json deployment = {
      {"apiVersion", "apps/v1"},
      {"kind", "Deployment"},
      {"metadata", Metadata(plan, name, job_uid)},
      {"spec",
       {{"replicas", 1},
        {"selector", {{"matchLabels", selector}}},
        {"template",
         {{"metadata", {{"labels", std::move(labels)}}},
          {"spec",
           {{"automountServiceAccountToken", false},
            {"terminationGracePeriodSeconds", 1},
            {"containers", Json::array({Container(plan.build)})},
            {"volumes", Json::array({{{"name", "state"}, {"emptyDir", Json::object()}}})}}}}}}}};
  return {{"apps", "v1", "deployments", plan.ns}, "Deployment", name, Dump(deployment)};
}

}  // namespace prow_coverage::pr_pod
