#include "prow_coverage/pr_pod/permissions.h"

#include "prow_coverage/json/document.h"

#include "metadata.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr std::string_view kRbacGroup = "rbac.authorization.k8s.io";

constexpr Permission kPermissions[] = {
    {"create", "batch", "jobs"},
    {"get", "batch", "jobs"},
    {"list", "batch", "jobs"},
    {"patch", "batch", "jobs"},
    {"delete", "batch", "jobs"},
    {"create", "", "secrets"},
    {"get", "", "secrets"},
    {"delete", "", "secrets"},
    {"create", "", "serviceaccounts"},
    {"create", "", "configmaps"},
    {"create", kRbacGroup, "roles"},
    {"create", kRbacGroup, "rolebindings"},
    {"create", "apps", "deployments"},
    {"list", "", "pods"},
    {"get", "", "pods", "log"},
    {"create", "", "pods", "exec", true},
    {"list", "", "events", "", true},
};

}  // namespace

std::span<const Permission> Permissions() { return kPermissions; }

std::string Describe(const Permission& permission) {
  std::string text = std::string(permission.verb) + " " + std::string(permission.resource);
  if (!permission.subresource.empty()) text += "/" + std::string(permission.subresource);
  if (!permission.group.empty()) text += "." + std::string(permission.group);
  return text;
}

Task<Result<bool>> IsAllowed(kube::Client& kube, std::string ns, const Permission& permission) {
  const Json review = {{"apiVersion", "authorization.k8s.io/v1"},
                       {"kind", "SelfSubjectAccessReview"},
                       {"spec",
                        {{"resourceAttributes",
                          {{"namespace", ns},
                           {"verb", permission.verb},
                           {"group", permission.group},
                           {"resource", permission.resource},
                           {"subresource", permission.subresource}}}}}};
  const kube::Resource reviews{"authorization.k8s.io", "v1", "selfsubjectaccessreviews", ""};
  const std::string body = Dump(review);
  Result<std::string> answer = co_await kube.Create(reviews, body);
  if (!answer) co_return answer.error();
  const auto document = json::Document::Parse(*answer);
  if (!document) co_return document.error();
  co_return document->root().OptionalBool("status.allowed").value_or(false);
}

}  // namespace prow_coverage::pr_pod
