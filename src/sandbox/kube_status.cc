#include "kube_status.h"

namespace prow_coverage::sandbox {

using server::Reply;

namespace {

std::string Quoted(const std::string& text) { return "\"" + text + "\""; }

Json Details(const ResourceType& type, const std::string& name) {
  return {{"name", name}, {"group", type.group}, {"kind", type.plural}};
}

std::string Join(const std::vector<Cause>& causes) {
  std::string joined;
  for (const Cause& cause : causes) {
    if (!joined.empty()) joined += ", ";
    joined += cause.field + ": " + cause.message;
  }
  return causes.size() == 1 ? joined : "[" + joined + "]";
}

}  // namespace

Json KubeFailure(int code, const std::string& reason, const std::string& message,
                 const Json& details) {
  Json status{{"kind", "Status"},    {"apiVersion", "v1"}, {"metadata", Json::object()},
              {"status", "Failure"}, {"message", message}, {"reason", reason}};
  if (!details.is_null()) status["details"] = details;
  status["code"] = code;
  return status;
}

Reply KubeFailureReply(int code, const std::string& reason, const std::string& message,
                       const Json& details) {
  return JsonReply(code, KubeFailure(code, reason, message, details));
}

Reply NotFoundReply(const ResourceType& type, const std::string& name) {
  return KubeFailureReply(404, "NotFound", type.QualifiedName() + " " + Quoted(name) + " not found",
                          Details(type, name));
}

Reply AlreadyExistsReply(const ResourceType& type, const std::string& name) {
  return KubeFailureReply(409, "AlreadyExists",
                          type.QualifiedName() + " " + Quoted(name) + " already exists",
                          Details(type, name));
}

Reply ConflictReply(const ResourceType& type, const std::string& name, const std::string& why) {
  return KubeFailureReply(
      409, "Conflict",
      "Operation cannot be fulfilled on " + type.QualifiedName() + " " + Quoted(name) + ": " + why,
      Details(type, name));
}

Reply InvalidReply(const ResourceType& type, const std::string& name,
                   const std::vector<Cause>& causes) {
  Json details{{"name", name}, {"group", type.group}, {"kind", type.kind}};
  for (const Cause& cause : causes) {
    details["causes"].push_back(
        {{"reason", cause.reason}, {"message", cause.message}, {"field", cause.field}});
  }
  return KubeFailureReply(
      422, "Invalid", type.QualifiedKind() + " " + Quoted(name) + " is invalid: " + Join(causes),
      details);
}

}  // namespace prow_coverage::sandbox
