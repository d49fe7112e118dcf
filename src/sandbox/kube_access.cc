#include "kube_access.h"

#include <algorithm>

#include "kube_status.h"

namespace prow_coverage::sandbox {
namespace {

bool May(const KubeUser& user, std::string_view verb) {
  return std::any_of(user.verbs.begin(), user.verbs.end(),
                     [&](const std::string& one) { return one == "*" || one == verb; });
}

server::Reply Forbidden(const std::string& user, const ResourceType& type, std::string_view verb,
                        const std::string& ns, const std::string& name) {
  const std::string object = name.empty() ? "" : " \"" + name + "\"";
  const std::string scope =
      ns.empty() ? " at the cluster scope" : " in the namespace \"" + ns + "\"";
  return KubeFailureReply(403, "Forbidden",
                          type.QualifiedName() + object + " is forbidden: User \"" + user +
                              "\" cannot " + std::string(verb) + " resource \"" +
                              std::string(type.plural) + "\" in API group \"" +
                              std::string(type.group) + "\"" + scope,
                          Json{{"name", name}, {"group", type.group}, {"kind", type.plural}});
}

}  // namespace

std::optional<server::Reply> KubeAccess::Refuse(const Call& call, const ResourceType& type,
                                                std::string_view verb, const std::string& ns,
                                                const std::string& name) const {
  if (users_.empty()) return std::nullopt;
  if (call.authorization.empty()) return Forbidden("system:anonymous", type, verb, ns, name);
  for (const KubeUser& user : users_) {
    if (call.authorization != "Bearer " + user.token) continue;
    if (May(user, verb)) return std::nullopt;
    return Forbidden(user.name, type, verb, ns, name);
  }
  return KubeFailureReply(401, "Unauthorized", "Unauthorized");
}

}  // namespace prow_coverage::sandbox
