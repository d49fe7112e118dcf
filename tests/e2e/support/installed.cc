#include "support/installed.h"

#include <stdexcept>

namespace prow_coverage::e2e {

const std::vector<Installed>& InstalledVariants() {
  static const std::vector<Installed> installed = [] {
    Cluster cluster;
    std::vector<Installed> all;
    for (const auto& variant : Variants()) all.push_back({variant, Install(cluster, variant)});
    return all;
  }();
  return installed;
}

void InstalledTest::ForEach(const std::function<void(const Variant&, const Manifests&)>& check) {
  for (const auto& [variant, manifests] : InstalledVariants()) {
    SCOPED_TRACE(variant.name);
    check(variant, manifests);
  }
}

const json& PodSpec(const Manifests& manifests) {
  return manifests.Only("Deployment").at("spec").at("template").at("spec");
}

const json& Container(const Manifests& manifests) {
  return PodSpec(manifests).at("containers").at(0);
}

std::vector<std::pair<std::string, std::string>> Flags(const Manifests& manifests) {
  std::vector<std::pair<std::string, std::string>> flags;
  for (const std::string argument : Container(manifests).at("args")) {
    const auto equals = argument.find('=');
    if (!argument.starts_with("--") || equals == std::string::npos) {
      throw std::runtime_error("write it as --flag=value: " + argument);
    }
    flags.emplace_back(argument.substr(2, equals - 2), argument.substr(equals + 1));
  }
  return flags;
}

std::string Flag(const Manifests& manifests, const std::string& name) {
  for (const auto& [flag, value] : Flags(manifests)) {
    if (flag == name) return value;
  }
  return "";
}

std::set<std::string> Keys(const json& object) {
  std::set<std::string> keys;
  for (const auto& item : object.items()) keys.insert(item.key());
  return keys;
}

}  // namespace prow_coverage::e2e
