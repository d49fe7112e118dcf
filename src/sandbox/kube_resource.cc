#include "kube_resource.h"

namespace prow_coverage::sandbox {
namespace {

constexpr ResourceType kResources[] = {
    {"prow.k8s.io", "v1", "prowjobs", "ProwJob"},
    {"coordination.k8s.io", "v1", "leases", "Lease"},
};

std::string Join(std::string_view left, char separator, std::string_view right) {
  return std::string(left) + separator + std::string(right);
}

}  // namespace

std::string ResourceType::ApiVersion() const { return Join(group, '/', version); }
std::string ResourceType::QualifiedName() const { return Join(plural, '.', group); }
std::string ResourceType::QualifiedKind() const { return Join(kind, '.', group); }

const ResourceType* FindResource(std::string_view group, std::string_view version,
                                 std::string_view plural) {
  for (const ResourceType& type : kResources) {
    if (type.group == group && type.version == version && type.plural == plural) return &type;
  }
  return nullptr;
}

}  // namespace prow_coverage::sandbox
