#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/sandbox/sandbox.h"

#include "front.h"
#include "kube_access.h"
#include "kube_store.h"
#include "kube_watch.h"

namespace prow_coverage::sandbox {

// A Kubernetes API server that knows ProwJobs and Leases.
class Kube final : public FakeHost {
 public:
  Kube(const Clock& clock, Journal& journal, std::vector<std::string> namespaces,
       std::vector<KubeUser> users);

  Host host() const override { return Host::kKube; }
  Task<server::Reply> Answer(Call& call) override;
  server::Reply Failure(int status, const std::string& message) override;
  void Finish(server::Reply&) override {}

  [[nodiscard]] KubeStore& store() { return store_; }
  [[nodiscard]] WatchHub& hub() { return hub_; }
  [[nodiscard]] KubeAccess& access() { return access_; }
  void SetNamespaces(std::vector<std::string> namespaces);

 private:
  // What a call is about.
  struct Target {
    const ResourceType* type = nullptr;
    std::string ns;
    std::string name;
  };
  using TargetHandler = server::Reply (Kube::*)(const Call&, const Target&);

  // `verb` as RBAC has it; a "list" may turn out to be a "watch".
  [[nodiscard]] Handler InResource(std::string_view verb, TargetHandler handle);

  [[nodiscard]] server::Reply List(const Call& call, const Target& target);
  [[nodiscard]] server::Reply Watch(const Call& call, const ObjectFilter& filter);
  [[nodiscard]] server::Reply Get(const Call& call, const Target& target);
  [[nodiscard]] server::Reply Create(const Call& call, const Target& target);
  [[nodiscard]] server::Reply Replace(const Call& call, const Target& target);
  [[nodiscard]] server::Reply Patch(const Call& call, const Target& target);
  [[nodiscard]] server::Reply Delete(const Call& call, const Target& target);
  [[nodiscard]] server::Reply GetNamespace(const Call& call);

  [[nodiscard]] server::Reply Insert(const Call& call, const Target& target, Json object);
  [[nodiscard]] server::Reply Update(const Call& call, const Target& target,
                                     const KubeObjectPointer& old, Json object);
  void NoteEffect(const Call& call, std::string_view what, const KubeObject& object);

  const Clock& clock_;
  Journal& journal_;
  std::set<std::string, std::less<>> namespaces_;
  KubeStore store_;
  WatchHub hub_;
  KubeAccess access_;
  const Router router_;
};

}  // namespace prow_coverage::sandbox
