#include "prow_coverage/pr_pod/job_scripts.h"
#include "prow_coverage/pr_pod/objects.h"

#include "builder_object.h"
#include "metadata.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr const char* kRbac = "rbac.authorization.k8s.io";

Object Secret(const Plan& plan, const std::string& token, const std::string& uid) {
  const Json secret = {{"apiVersion", "v1"},
                       {"kind", "Secret"},
                       {"metadata", Metadata(plan, plan.names.secret, uid)},
                       {"type", "Opaque"},
                       {"stringData", {{kTokenKey, token}}}};
  return {{"", "v1", "secrets", plan.ns}, "Secret", plan.names.secret, Dump(secret)};
}

Object ServiceAccount(const Plan& plan, const std::string& uid) {
  const Json account = {{"apiVersion", "v1"},
                        {"kind", "ServiceAccount"},
                        {"metadata", Metadata(plan, plan.names.job, uid)},
                        {"automountServiceAccountToken", false}};
  return {{"", "v1", "serviceaccounts", plan.ns}, "ServiceAccount", plan.names.job, Dump(account)};
}

Json Rule(const char* group, const char* resource, const char* verb) {
  return {{"apiGroups", {group}}, {"resources", {resource}}, {"verbs", {verb}}};
}

// What buildx's driver calls when its Deployment is there: it gets it, lists the pods to choose
// one, and runs `buildctl dial-stdio` in it. Without --build the account may do nothing.
Json Rules(const Plan& plan) {
  if (!plan.build.enabled) return Json::array();
  Json deployment = Rule("apps", "deployments", "get");
  deployment["resourceNames"] = {plan.names.builder};
  return Json::array({deployment, Rule("", "pods", "list"), Rule("", "pods/exec", "create")});
}

Object Role(const Plan& plan, const std::string& uid) {
  const Json role = {{"apiVersion", "rbac.authorization.k8s.io/v1"},
                     {"kind", "Role"},
                     {"metadata", Metadata(plan, plan.names.job, uid)},
                     {"rules", Rules(plan)}};
  return {{kRbac, "v1", "roles", plan.ns}, "Role", plan.names.job, Dump(role)};
}

Object RoleBinding(const Plan& plan, const std::string& uid) {
  const std::string& name = plan.names.job;
  const Json binding = {
      {"apiVersion", "rbac.authorization.k8s.io/v1"},
      {"kind", "RoleBinding"},
      {"metadata", Metadata(plan, name, uid)},
      {"roleRef", {{"apiGroup", kRbac}, {"kind", "Role"}, {"name", name}}},
      {"subjects",
       Json::array({{{"kind", "ServiceAccount"}, {"name", name}, {"namespace", plan.ns}}})}};
  return {{kRbac, "v1", "rolebindings", plan.ns}, "RoleBinding", name, Dump(binding)};
}

Object Scripts(const Plan& plan, const std::string& uid) {
  Json data = Json::object();
  for (const JobScript& script : JobScripts()) data[std::string(script.name)] = script.text;
  const Json map = {{"apiVersion", "v1"},
                    {"kind", "ConfigMap"},
                    {"metadata", Metadata(plan, plan.names.job, uid)},
                    {"data", std::move(data)}};
  return {{"", "v1", "configmaps", plan.ns}, "ConfigMap", plan.names.job, Dump(map)};
}

}  // namespace

std::vector<Object> RenderDependents(const Plan& plan, const std::string& token,
                                     const std::string& job_uid) {
  std::vector<Object> objects;
  if (plan.has_token) objects.push_back(Secret(plan, token, job_uid));
  objects.push_back(ServiceAccount(plan, job_uid));
  objects.push_back(Role(plan, job_uid));
  objects.push_back(RoleBinding(plan, job_uid));
  objects.push_back(Scripts(plan, job_uid));
  if (plan.build.enabled) objects.push_back(RenderBuilder(plan, job_uid));
  return objects;
}

}  // namespace prow_coverage::pr_pod
