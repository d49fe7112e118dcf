#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/sandbox/sandbox.h"
#include "prow_coverage/server/server.h"

#include "call.h"
#include "kube_resource.h"

namespace prow_coverage::sandbox {

// Who may do what with the fake API server.
class KubeAccess {
 public:
  explicit KubeAccess(std::vector<KubeUser> users) : users_(std::move(users)) {}

  void SetUsers(std::vector<KubeUser> users) { users_ = std::move(users); }

  // 401 or 403 as the API server tells them; nullopt when the call is fine.
  [[nodiscard]] std::optional<server::Reply> Refuse(const Call& call, const ResourceType& type,
                                                    std::string_view verb, const std::string& ns,
                                                    const std::string& name) const;

 private:
  std::vector<KubeUser> users_;
};

}  // namespace prow_coverage::sandbox
