#include "support/manifests.h"

#include <algorithm>
#include <stdexcept>

#include "prow_coverage/base/file.h"
#include "prow_coverage/yaml/node.h"

#include "base64.h"
#include "support/temp_dir.h"
#include "support/world.h"

namespace prow_coverage::e2e {
namespace {

namespace fs = std::filesystem;

struct Kind {
  const char* root;
  const char* plural;
};

// Of everything that the manifests or a test may have left behind.
constexpr Kind kKinds[] = {
    {"/apis/apps/v1", "deployments"},
    {"/api/v1", "serviceaccounts"},
    {"/apis/rbac.authorization.k8s.io/v1", "rolebindings"},
    {"/apis/rbac.authorization.k8s.io/v1", "roles"},
    {"/api/v1", "configmaps"},
    {"/api/v1", "persistentvolumeclaims"},
    {"/api/v1", "secrets"},
    {"/apis/coordination.k8s.io/v1", "leases"},
    {"/apis/prow.k8s.io/v1", "prowjobs"},
    {"/api/v1", "services"},
};

std::string NameOf(const json& object) { return object.at("metadata").at("name"); }

// The variant in a copy of deploy/, so that a component can be tried without being part of an
// overlay.
std::string Render(Cluster& cluster, const Variant& variant) {
  const testing::TempDir dir;
  fs::copy(DeployDir(), dir.path() / "deploy", fs::copy_options::recursive);
  json kustomization = {{"resources", {"../overlays/" + variant.overlay}}};
  if (variant.ephemeral_inbox) kustomization["components"] = {"../components/ephemeral-inbox"};
  dir.Write("deploy/variant/kustomization.yaml", kustomization.dump());
  return cluster.Kubectl({"kustomize", dir.path() / "deploy/variant"});
}

void MakeEmptyNamespace(Cluster& cluster, const std::string& name) {
  cluster.Ask("POST", "/api/v1/namespaces", {{"metadata", {{"name", name}}}});
  for (const auto& [root, plural] : kKinds) {
    cluster.Delete(std::string(root) + "/namespaces/" + name + "/" + plural);
  }
}

void MakeSecrets(Cluster& cluster) {
  std::map<std::string, json> secrets;
  for (const auto& [name, key] : kOperatorsSecrets) {
    secrets[std::string(name)][std::string(key)] = kube::EncodeBase64(SecretValue(name, key));
  }
  for (const auto& [name, data] : secrets) {
    cluster.Post(std::string("/api/v1/namespaces/") + kDaemonNamespace + "/secrets",
                 {{"metadata", {{"name", name}}}, {"data", data}});
  }
}

}  // namespace

fs::path DeployDir() {
  const char* mutated = std::getenv("PROW_COVERAGE_DEPLOY");
  return mutated == nullptr ? fs::path(PROW_COVERAGE_SOURCE) / "deploy" : fs::path(mutated);
}

json ReadYaml(const fs::path& file) {
  const auto text = ReadFile(file).value();
  return json::parse(yaml::ToJson(yaml::Parse(text, file.string()).value()).dump());
}

std::vector<Variant> Variants() {
  std::vector<Variant> variants;
  for (const auto& entry : fs::directory_iterator(DeployDir() / "overlays")) {
    const std::string overlay = entry.path().filename();
    variants.push_back({overlay, overlay, false});
    variants.push_back({overlay + " with ephemeral-inbox", overlay, true});
  }
  return variants;
}

const json& Manifests::Find(const std::string& kind, const std::string& name) const {
  const json* found = nullptr;
  for (const auto& object : objects_) {
    if (object.at("kind") != kind || NameOf(object) != name) continue;
    if (found != nullptr) throw std::runtime_error("two objects are " + kind + " " + name);
    found = &object;
  }
  if (found == nullptr) throw std::runtime_error("the manifests have no " + kind + " " + name);
  return *found;
}

bool Manifests::Has(const std::string& kind, const std::string& name) const {
  return std::any_of(objects_.begin(), objects_.end(), [&](const json& object) {
    return object.at("kind") == kind && NameOf(object) == name;
  });
}

const json& Manifests::Only(const std::string& kind) const {
  const auto all = All(kind);
  if (all.size() != 1) {
    throw std::runtime_error("the manifests have " + std::to_string(all.size()) +
                             " objects of kind " + kind);
  }
  return Find(kind, NameOf(all[0]));
}

std::vector<json> Manifests::All(const std::string& kind) const {
  std::vector<json> all;
  for (const auto& object : objects_) {
    if (object.at("kind") == kind) all.push_back(object);
  }
  return all;
}

std::vector<std::string> Manifests::Names() const {
  std::vector<std::string> names;
  for (const auto& object : objects_) {
    names.push_back(object.at("kind").get<std::string>() + " " +
                    object.at("metadata").value("namespace", "") + "/" + NameOf(object));
  }
  std::sort(names.begin(), names.end());
  return names;
}

Manifests Install(Cluster& cluster, const Variant& variant) {
  for (const char* ns : {kDaemonNamespace, kJobsNamespace}) MakeEmptyNamespace(cluster, ns);
  MakeSecrets(cluster);
  const auto stored =
      cluster.Kubectl({"apply", "--server-side", "--validate=strict", "-o", "json", "-f", "-"},
                      Render(cluster, variant));
  const json list = json::parse(stored);
  return Manifests(list.at("items").get<std::vector<json>>());
}

std::string SecretValue(std::string_view name, std::string_view key) {
  if (name == "hmac-token") return testing::World::kSecret;
  if (name == "oauth-token") return "an-oauth-token";
  if (key == "appid") return "4711";
  static const std::string private_key = [] {
    return ReadFile(std::filesystem::path(std::getenv("PROW_COVERAGE_E2E_WORK")) / "pki/sa.key")
        .value();
  }();
  return private_key;
}

}  // namespace prow_coverage::e2e
