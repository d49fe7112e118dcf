#pragma once

#include <string>
#include <string_view>

namespace prow_coverage::sandbox {

// A kind of object that the fake API server keeps.
struct ResourceType {
  std::string_view group;
  std::string_view version;
  std::string_view plural;
  std::string_view kind;

  [[nodiscard]] std::string ApiVersion() const;     // "prow.k8s.io/v1"
  [[nodiscard]] std::string QualifiedName() const;  // "prowjobs.prow.k8s.io"
  [[nodiscard]] std::string QualifiedKind() const;  // "ProwJob.prow.k8s.io"
};

// nullptr for what is not served, as when a CRD is missing. The pointer is good for ever.
[[nodiscard]] const ResourceType* FindResource(std::string_view group, std::string_view version,
                                               std::string_view plural);

}  // namespace prow_coverage::sandbox
