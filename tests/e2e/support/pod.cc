#include "support/pod.h"

#include <cctype>
#include <cerrno>
#include <fstream>
#include <stdexcept>
#include <system_error>

#include <unistd.h>

#include "base64.h"
#include "support/manifests.h"
#include "support/world.h"

namespace prow_coverage::e2e {
namespace {

namespace fs = std::filesystem;

constexpr const char* kAccountPath = "/var/run/secrets/kubernetes.io/serviceaccount";

std::string Number(const json& security, const char* key) {
  return std::to_string(security.value(key, 0));
}

// Kubernetes expands $(NAME) in arguments, of variables that the container has.
std::string Expand(std::string text, const std::vector<std::string>& environment) {
  for (const auto& variable : environment) {
    const auto equals = variable.find('=');
    const std::string reference = "$(" + variable.substr(0, equals) + ")";
    for (auto at = text.find(reference); at != std::string::npos; at = text.find(reference)) {
      text.replace(at, reference.size(), variable.substr(equals + 1));
    }
  }
  return text;
}

// False without root, or where our user namespace has no such group: there the pod runs as the
// caller, whose it is.
bool GiveToGroup(const fs::path& path, int group) {
  if (::chown(path.c_str(), 0, static_cast<gid_t>(group)) == 0) return true;
  if (errno == EPERM || errno == EINVAL) return false;
  throw std::system_error(errno, std::generic_category(), path);
}

json Merged(const json& pod, const json& container) {
  json merged = pod.is_object() ? pod : json::object();
  if (container.is_object()) merged.update(container);
  return merged;
}

}  // namespace

Pod::Pod(Cluster& cluster, const json& deployment, const std::string& github_url,
         const testing::TempDir& storage)
    : cluster_(cluster),
      spec_(deployment.at("spec").at("template").at("spec")),
      ns_(deployment.at("metadata").at("namespace")) {
  if (spec_.at("containers").size() != 1)
    throw std::runtime_error("the pod has several containers");
  Mount(storage);
  const json security =
      Merged(spec_.value("securityContext", json()), container().value("securityContext", json()));
  const auto environment = Environment(github_url);
  std::vector<std::string> command = {
      PROW_COVERAGE_SOURCE "/tests/e2e/pod.sh",
      dir_.path(),
      testing::World::Binary("prow-coverage"),
      Number(security, "runAsUser"),
      Number(security, "runAsGroup"),
      Number(security, "fsGroup"),
      security.value("readOnlyRootFilesystem", false) ? "true" : "false"};
  command.insert(command.end(), environment.begin(), environment.end());
  const auto arguments = Arguments(environment);
  command.insert(command.end(), arguments.begin(), arguments.end());
  process_ = std::make_unique<testing::Process>(command);
}

// "/prow-coverage" is the image's entry point, which `command` would replace.
std::vector<std::string> Pod::Arguments(const std::vector<std::string>& environment) const {
  if (container().contains("command"))
    throw std::runtime_error("the container replaces the image's entry point");
  std::vector<std::string> arguments = {"/prow-coverage"};
  for (const std::string argument : container().value("args", json::array())) {
    arguments.push_back(Expand(argument, environment));
  }
  return arguments;
}

std::vector<std::string> Pod::Environment(const std::string& github_url) {
  std::vector<std::string> environment = {
      "KUBERNETES_SERVICE_HOST=127.0.0.1",
      "KUBERNETES_SERVICE_PORT=" + std::to_string(cluster_.port()), "http_proxy=" + github_url};
  const auto links = ServiceLinks();
  environment.insert(environment.end(), links.begin(), links.end());
  for (const auto& variable : container().value("env", json::array())) {
    environment.push_back(variable.at("name").get<std::string>() + "=" + Value(variable));
  }
  return environment;
}

// Of each Service beside the pod, as the kubelet sets them: PROW_COVERAGE_PORT=tcp://10.0.0.7:9901.
std::vector<std::string> Pod::ServiceLinks() {
  std::vector<std::string> links;
  for (const auto& service : cluster_.Get("/api/v1/namespaces/" + ns_ + "/services").at("items")) {
    std::string name = service.at("metadata").at("name");
    for (char& c : name) c = c == '-' ? '_' : static_cast<char>(std::toupper(c));
    const std::string host = service.at("spec").at("clusterIP");
    const std::string port = service.at("spec").at("ports").at(0).at("port").dump();
    links.push_back(name + "_SERVICE_HOST=" + host);
    links.push_back(name + "_SERVICE_PORT=" + port);
    links.push_back(name + "_PORT=tcp://" + host + ":" + port);
  }
  return links;
}

std::string Pod::Value(const json& variable) {
  if (variable.contains("value")) return variable.at("value");
  const json from = variable.value("valueFrom", json::object());
  if (from.contains("fieldRef") && from.at("fieldRef").at("fieldPath") == "metadata.namespace")
    return ns_;
  if (from.contains("fieldRef") && from.at("fieldRef").at("fieldPath") == "metadata.name")
    return "coverage-0";
  if (!from.contains("secretKeyRef"))
    throw std::runtime_error("not understood: " + variable.dump());
  const json data = SecretOrConfig("secrets", from.at("secretKeyRef").at("name")).at("data");
  return kube::DecodeBase64(
             data.at(from.at("secretKeyRef").at("key").get<std::string>()).get<std::string>())
      .value();
}

json Pod::SecretOrConfig(const std::string& kind, const std::string& name) {
  return cluster_.Get("/api/v1/namespaces/" + ns_ + "/" + kind + "/" + name);
}

void Pod::Mount(const testing::TempDir& storage) {
  std::map<std::string, std::string> sources;
  for (const auto& volume : spec_.value("volumes", json::array())) {
    sources[volume.at("name")] = Volume(volume, storage);
  }
  std::ofstream mounts(dir_.path() / "mounts");
  for (const auto& mount : container().value("volumeMounts", json::array())) {
    const std::string source = sources.at(mount.at("name")) + "/" + mount.value("subPath", "");
    mounts << source << " " << mount.at("mountPath").get<std::string>() << " "
           << (mount.value("readOnly", false) ? "ro" : "rw") << "\n";
  }
  if (HasToken()) {
    mounts << Account() << " " << kAccountPath << " ro\n";
  }
}

std::string Pod::Volume(const json& volume, const testing::TempDir& storage) {
  const std::string name = volume.at("name");
  if (volume.contains("secret")) {
    const json& source = volume.at("secret");
    return Files(name, SecretOrConfig("secrets", source.at("secretName")).at("data"), source);
  }
  if (volume.contains("configMap")) {
    const json& source = volume.at("configMap");
    json data = SecretOrConfig("configmaps", source.at("name")).at("data");
    for (auto& value : data) value = kube::EncodeBase64(value.get<std::string>());
    return Files(name, data, source);
  }
  fs::path path = dir_.path() / "empty" / name;
  if (volume.contains("persistentVolumeClaim")) {
    const std::string claim = volume.at("persistentVolumeClaim").at("claimName");
    SecretOrConfig("persistentvolumeclaims", claim);
    path = storage.path() / claim;
  } else if (!volume.contains("emptyDir")) {
    throw std::runtime_error("not understood: " + volume.dump());
  }
  fs::create_directories(path);
  // A volume belongs to root; fsGroup, if any, may write.
  const int group = spec_.value("securityContext", json::object()).value("fsGroup", 0);
  const bool owned = GiveToGroup(path, group);
  fs::permissions(path, owned && !volume.contains("emptyDir") ? fs::perms(0775) : fs::perms(0777));
  return path;
}

// As the kubelet writes them: of root, readable for fsGroup, in the mode that the source says.
std::string Pod::Files(const std::string& name, const json& data, const json& source) {
  std::map<std::string, std::string> items;
  for (const auto& [key, value] : data.items()) items[key] = key;
  if (source.contains("items")) {
    items.clear();
    for (const auto& item : source.at("items")) items[item.at("key")] = item.at("path");
  }
  const int group = spec_.value("securityContext", json::object()).value("fsGroup", 0);
  for (const auto& [key, path] : items) {
    const auto file = dir_.Write("volumes/" + name + "/" + path,
                                 kube::DecodeBase64(data.at(key).get<std::string>()).value());
    fs::permissions(file, fs::perms(source.value("defaultMode", 0644)));
    GiveToGroup(file, group);
  }
  return dir_.path() / "volumes" / name;
}

// The pod's word counts before the account's.
bool Pod::HasToken() {
  const json account =
      SecretOrConfig("serviceaccounts", spec_.value("serviceAccountName", "default"));
  return spec_.value("automountServiceAccountToken",
                     account.value("automountServiceAccountToken", true));
}

std::string Pod::Account() {
  dir_.Write("account/token", cluster_.Token(ns_, spec_.value("serviceAccountName", "default")));
  dir_.Write("account/ca.crt", cluster_.Pki("ca.crt"));
  dir_.Write("account/namespace", ns_);
  return dir_.path() / "account";
}

std::uint16_t Pod::Port(const json& reference) const {
  for (const auto& port : container().value("ports", json::array())) {
    if (reference == port.at("containerPort") || reference == port.value("name", ""))
      return port.at("containerPort");
  }
  throw std::runtime_error("no container port is " + reference.dump());
}

std::vector<std::uint16_t> Pod::Ports() const {
  std::vector<std::uint16_t> ports;
  for (const auto& port : container().value("ports", json::array()))
    ports.push_back(port.at("containerPort"));
  return ports;
}

std::string Pod::Url(std::uint16_t port, const std::string& path) {
  return "http://127.0.0.2:" + std::to_string(port) + path;
}

int Pod::Probe(const std::string& name) const {
  const json get = container().at(name).at("httpGet");
  try {
    return testing::Get(Url(Port(get.at("port")), get.at("path"))).first;
  } catch (const std::exception&) {
    return 0;
  }
}

}  // namespace prow_coverage::e2e
