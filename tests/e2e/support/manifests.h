#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "support/cluster.h"

namespace prow_coverage::e2e {

inline constexpr const char* kDaemonNamespace = "kubevirt-prow";
inline constexpr const char* kJobsNamespace = "kubevirt-prow-jobs";

// deploy/, or what PROW_COVERAGE_DEPLOY names: a copy that mutations.sh has broken.
std::filesystem::path DeployDir();
// A YAML file as JSON.
json ReadYaml(const std::filesystem::path& file);

// A directory that the test renders: what people apply.
struct Variant {
  std::string name;
  std::string overlay;           // below overlays/
  bool ephemeral_inbox = false;  // with components/ephemeral-inbox
};
std::vector<Variant> Variants();

// Objects as the API server stores them: checked, and with its defaults.
class Manifests {
 public:
  explicit Manifests(std::vector<json> objects) : objects_(std::move(objects)) {}

  // The one object of that kind and name; throws when there is none, or more than one.
  [[nodiscard]] const json& Find(const std::string& kind, const std::string& name) const;
  [[nodiscard]] bool Has(const std::string& kind, const std::string& name) const;
  [[nodiscard]] const json& Only(const std::string& kind) const;
  [[nodiscard]] std::vector<json> All(const std::string& kind) const;
  [[nodiscard]] const std::vector<json>& All() const { return objects_; }
  // "Kind namespace/name", sorted.
  [[nodiscard]] std::vector<std::string> Names() const;

 private:
  std::vector<json> objects_;
};

// Puts the manifests into an empty cluster, the way a person does (`kubectl apply --server-side`,
// with strict validation), next to the secrets that docs/kubernetes.md asks for; answers them as
// stored.
Manifests Install(Cluster& cluster, const Variant& variant);

// The secrets that an operator makes: docs/kubernetes.md.
struct OperatorsSecret {
  std::string_view name;
  std::string_view key;
};
inline constexpr OperatorsSecret kOperatorsSecrets[] = {
    {"hmac-token", "hmac"},
    {"oauth-token", "oauth"},
    {"github-token", "appid"},
    {"github-token", "cert"},
};
// What Install puts there.
std::string SecretValue(std::string_view name, std::string_view key);

}  // namespace prow_coverage::e2e
