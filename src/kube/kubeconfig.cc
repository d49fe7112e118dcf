#include "prow_coverage/kube/kubeconfig.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

#include <boost/url/parse.hpp>

#include "kubeconfig_exec.h"
#include "kubeconfig_file.h"
#include "text.h"

namespace prow_coverage::kube {
namespace {

using yaml::Node;

Result<void> ReadPems(const KubeconfigFile& file, const Node& mapping,
                      std::initializer_list<std::pair<std::string, std::string*>> fields) {
  for (const auto& [key, target] : fields) {
    auto pem = file.Pem(mapping, key);
    if (!pem) return pem.error();
    *target = std::move(*pem);
  }
  return {};
}

bool IsUrl(std::string_view text, std::initializer_list<std::string_view> schemes) {
  const auto url = boost::urls::parse_uri(text);
  if (!url || url->host().empty() || url->has_query() || url->has_fragment()) return false;
  for (const std::string_view scheme : schemes) {
    if (url->scheme() == scheme) return true;
  }
  return false;
}

Result<void> CheckUrls(const KubeconfigFile& file, const Node& node, const Cluster& cluster) {
  if (!IsUrl(cluster.server, {"https", "http"})) {
    return file.Broken(KubeconfigFile::Place(node, "server"),
                       "server is \"" + OneLine(cluster.server, 200) +
                           "\", which is no URL like https://host:6443");
  }
  if (!cluster.proxy.empty() && !IsUrl(cluster.proxy, {"http", "https", "socks5", "socks5h"})) {
    return file.Broken(KubeconfigFile::Place(node, "proxy-url"),
                       "proxy-url is \"" + OneLine(cluster.proxy, 200) +
                           "\", which is no URL like http://host:3128 or socks5://host:1080");
  }
  return {};
}

Result<void> ReadCluster(const KubeconfigFile& file, const Node& node, Cluster& cluster) {
  auto read = file.ReadTexts(node, {{"server", &cluster.server},
                                    {"proxy-url", &cluster.proxy},
                                    {"tls-server-name", &cluster.tls.server_name}});
  if (!read) return read;
  if (auto urls = CheckUrls(file, node, cluster); !urls) return urls;
  while (cluster.server.ends_with('/')) cluster.server.pop_back();

  read = ReadPems(file, node, {{"certificate-authority", &cluster.tls.ca_pem}});
  if (!read) return read;
  const auto insecure = file.Flag(node, "insecure-skip-tls-verify");
  if (!insecure) return insecure.error();
  cluster.tls.insecure_skip_verify = *insecure;
  if (*insecure && !cluster.tls.ca_pem.empty()) {
    return file.Broken(*node.Find("insecure-skip-tls-verify"),
                       "insecure-skip-tls-verify contradicts certificate-authority: keep one");
  }
  return {};
}

Result<void> ReadImpersonation(const KubeconfigFile& file, const Node& user, Cluster& cluster) {
  auto read = file.ReadTexts(user, {{"as", &cluster.impersonate}});
  if (!read) return read;
  auto groups = file.Texts(user, "as-groups");
  if (!groups) return groups.error();
  cluster.impersonate_groups = std::move(*groups);
  for (const std::string& group : cluster.impersonate_groups) {
    if (HasControlCharacter(group)) {
      return file.Broken(*user.Find("as-groups"), "a group has a control character in it");
    }
  }
  if (!cluster.impersonate_groups.empty() && cluster.impersonate.empty()) {
    return file.Broken(*user.Find("as-groups"), "as-groups needs as: the API server refuses it");
  }
  for (const std::string_view key : {"as-uid", "as-user-extra"}) {
    if (const Node* node = KubeconfigFile::Present(user, key); node != nullptr) {
      return file.Broken(*node, std::string(key) + " is not supported: use as and as-groups");
    }
  }
  return {};
}

Result<void> CheckUser(const KubeconfigFile& file, const Node& user, const Cluster& cluster) {
  if (const Node* provider = KubeconfigFile::Present(user, "auth-provider"); provider != nullptr) {
    return file.Broken(*provider,
                       "auth-provider was removed from Kubernetes 1.26: use the provider's exec "
                       "plugin, a token or a client certificate");
  }
  if (cluster.tls.certificate_pem.empty() != cluster.tls.key_pem.empty()) {
    return file.Broken(user, "client-certificate and client-key go together: one is missing");
  }
  const bool has_token = !cluster.token.empty() || !cluster.token_file.empty();
  if (has_token && !cluster.username.empty()) {
    return file.Broken(user, "this user has both a token and a username: keep one");
  }
  return {};
}

Result<void> ReadUser(const KubeconfigFile& file, const Node& user, Cluster& cluster) {
  std::string token_file;
  auto read = file.ReadTexts(user, {{"token", &cluster.token},
                                    {"tokenFile", &token_file},
                                    {"username", &cluster.username},
                                    {"password", &cluster.password}});
  if (!read) return read;
  if (!token_file.empty()) cluster.token_file = file.Resolve(token_file);
  read = ReadPems(
      file, user,
      {{"client-certificate", &cluster.tls.certificate_pem}, {"client-key", &cluster.tls.key_pem}});
  if (!read) return read;
  if (read = ReadImpersonation(file, user, cluster); !read) return read;
  if (read = CheckUser(file, user, cluster); !read) return read;
  return {};
}

// The name of the context to use.
Result<std::string> ChooseContext(const KubeconfigFile& file, std::string_view asked) {
  if (!asked.empty()) return std::string(asked);
  auto current = file.Text(file.root(), "current-context");
  if (!current || !current->empty()) return current;
  return file.Broken(KubeconfigFile::Place(file.root(), "current-context"),
                     "no current-context is set: choose one with --kube-context; there is: " +
                         file.Names("context"));
}

}  // namespace

Result<Cluster> LoadKubeconfig(const std::filesystem::path& path, std::string_view context) {
  const auto file = KubeconfigFile::Read(path);
  if (!file) return file.error();
  Cluster cluster;
  const auto name = ChooseContext(*file, context);
  if (!name) return name.error();
  cluster.context = *name;
  const Node& asked_by =
      context.empty() ? KubeconfigFile::Place(file->root(), "current-context") : file->root();
  const auto node = file->Named("context", *name, asked_by);
  if (!node) return node.error();

  std::string cluster_name;
  std::string user_name;
  auto read = file->ReadTexts(
      **node, {{"cluster", &cluster_name}, {"user", &user_name}, {"namespace", &cluster.ns}});
  if (!read) return read.error();
  if (cluster.ns.empty()) cluster.ns = "default";
  const auto cluster_node =
      file->Named("cluster", cluster_name, KubeconfigFile::Place(**node, "cluster"));
  if (!cluster_node) return cluster_node.error();
  if (read = ReadCluster(*file, **cluster_node, cluster); !read) return read.error();
  // A context without a user is anonymous.
  if (user_name.empty()) return cluster;
  const auto user_node = file->Named("user", user_name, KubeconfigFile::Place(**node, "user"));
  if (!user_node) return user_node.error();
  if (read = ReadUser(*file, **user_node, cluster); !read) return read.error();
  auto exec = ReadExecPlugin(*file, **user_node, **cluster_node);
  if (!exec) return exec.error();
  cluster.exec = std::move(*exec);
  return cluster;
}

}  // namespace prow_coverage::kube
