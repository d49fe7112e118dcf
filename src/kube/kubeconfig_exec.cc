#include "kubeconfig_exec.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "text.h"

namespace prow_coverage::kube {
namespace {

using yaml::Node;

// The extension of a cluster that holds configuration for exec plugins.
constexpr std::string_view kExecExtension = "client.authentication.k8s.io/exec";

// The plugin's configuration as JSON text, "" for none.
Result<std::string> ReadExecExtension(const KubeconfigFile& file, const Node& cluster) {
  const auto extensions = file.Mappings(cluster, "extensions");
  if (!extensions) return extensions.error();
  for (const Node* extension : *extensions) {
    const auto name = file.Text(*extension, "name");
    if (!name) return name.error();
    const Node* content = extension->Find("extension");
    if (*name == kExecExtension && content != nullptr) return yaml::ToJson(*content).dump();
  }
  return std::string();
}

Result<void> ReadExecEnvironment(const KubeconfigFile& file, const Node& exec, ExecPlugin& plugin) {
  const auto variables = file.Mappings(exec, "env");
  if (!variables) return variables.error();
  for (const Node* variable : *variables) {
    std::string name;
    std::string value;
    auto read = file.ReadTexts(*variable, {{"name", &name}, {"value", &value}});
    if (!read) return read;
    if (name.empty() || name.find('=') != std::string::npos) {
      return file.Broken(*variable, "an exec plugin's env needs a name without \"=\"");
    }
    plugin.env[name] = value;
  }
  return {};
}

Result<void> CheckExec(const KubeconfigFile& file, const Node& exec, const ExecPlugin& plugin,
                       std::string_view interactive_mode) {
  if (plugin.command.empty()) return file.Broken(exec, "exec has no command");
  if (plugin.api_version != "client.authentication.k8s.io/v1" &&
      plugin.api_version != "client.authentication.k8s.io/v1beta1") {
    return file.Broken(KubeconfigFile::Place(exec, "apiVersion"),
                       "exec has the apiVersion \"" + OneLine(plugin.api_version, 80) +
                           "\": it must be client.authentication.k8s.io/v1 or v1beta1");
  }
  if (interactive_mode == "Always") {
    return file.Broken(KubeconfigFile::Place(exec, "interactiveMode"),
                       "this exec plugin always asks a person (interactiveMode: Always), and there "
                       "is none: use a token or a client certificate");
  }
  return {};
}

Result<void> ReadSection(const KubeconfigFile& file, const Node& exec, ExecPlugin& plugin) {
  std::string interactive_mode;
  auto read = file.ReadTexts(exec, {{"apiVersion", &plugin.api_version},
                                    {"command", &plugin.command},
                                    {"interactiveMode", &interactive_mode}});
  if (!read) return read;
  auto hint = file.Text(exec, "installHint");
  if (!hint) return hint.error();
  plugin.install_hint = std::move(*hint);
  auto args = file.Texts(exec, "args");
  if (!args) return args.error();
  plugin.args = std::move(*args);
  const auto cluster_info = file.Flag(exec, "provideClusterInfo");
  if (!cluster_info) return cluster_info.error();
  plugin.provide_cluster_info = *cluster_info;
  if (plugin.command.find('/') != std::string::npos) {
    plugin.command = file.Resolve(plugin.command).string();
  }
  read = CheckExec(file, exec, plugin, interactive_mode);
  return read ? ReadExecEnvironment(file, exec, plugin) : read;
}

}  // namespace

Result<ExecPlugin> ReadExecPlugin(const KubeconfigFile& file, const Node& user,
                                  const Node& cluster) {
  ExecPlugin plugin;
  const Node* exec = KubeconfigFile::Present(user, "exec");
  if (exec == nullptr) return plugin;
  if (exec->kind != Node::Kind::kMapping) return file.Broken(*exec, "exec must be a mapping");
  if (auto read = ReadSection(file, *exec, plugin); !read) return read.error();
  auto config = ReadExecExtension(file, cluster);
  if (!config) return config.error();
  plugin.cluster_config = std::move(*config);
  return plugin;
}

}  // namespace prow_coverage::kube
