#include "resource_path.h"

#include "prow_coverage/base/percent_encode.h"

namespace prow_coverage::kube {

std::string CollectionPath(const Resource& resource) {
  std::string path = resource.group.empty() ? "/api/" : "/apis/";
  if (!resource.group.empty()) path += PercentEncode(resource.group) + "/";
  path += PercentEncode(resource.version) + "/";
  if (!resource.ns.empty()) path += "namespaces/" + PercentEncode(resource.ns) + "/";
  return path + PercentEncode(resource.plural);
}

Result<std::string> ObjectPath(const Resource& resource, std::string_view name) {
  if (name.empty() || name == "." || name == "..") {
    return Error{
        ErrorCode::kInvalidArgument,
        "\"" + std::string(name) + "\" is no name of an object (" + Describe(resource) + ")",
        {}};
  }
  return CollectionPath(resource) + "/" + PercentEncode(name);
}

std::string Query(const std::vector<std::pair<std::string_view, std::string>>& parameters) {
  std::string query;
  for (const auto& [name, value] : parameters) {
    if (value.empty()) continue;
    query += query.empty() ? '?' : '&';
    query += name;
    query += '=';
    query += PercentEncode(value);
  }
  return query;
}

std::string Describe(const Resource& resource) {
  std::string text = resource.plural;
  if (!resource.group.empty()) text += "." + resource.group;
  if (!resource.ns.empty()) text += " in namespace " + resource.ns;
  return text;
}

}  // namespace prow_coverage::kube
