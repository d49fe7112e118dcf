#include "prow_coverage/pr_pod/dev_cluster.h"

#include <algorithm>
#include <filesystem>
#include <string_view>

#include <boost/asio/ip/address.hpp>

namespace prow_coverage::pr_pod {
namespace {

// A name, or the beginning of one when it ends in '-'.
constexpr std::string_view kDevelopmentContexts[] = {
    "kind-", "k3d-", "minikube", "docker-desktop", "rancher-desktop", "orbstack", "colima",
};

bool HasDevelopmentName(std::string_view context) {
  return std::any_of(std::begin(kDevelopmentContexts), std::end(kDevelopmentContexts),
                     [&](std::string_view known) {
                       return known.ends_with('-') ? context.starts_with(known) : context == known;
                     });
}

// Of https://host:port, without the brackets of an IPv6 address. Boost.URL 1.81 takes
// 127.0.0.1.example.org for the address that it begins with.
std::string HostOf(std::string_view server) {
  const auto scheme = server.find("://");
  if (scheme == std::string_view::npos) return "";
  std::string_view host = server.substr(scheme + 3);
  host = host.substr(0, host.find_first_of("/?#"));
  host.remove_prefix(host.find('@') == std::string_view::npos ? 0 : host.rfind('@') + 1);
  if (host.starts_with('[')) return std::string(host.substr(1, host.find(']') - 1));
  return std::string(host.substr(0, host.rfind(':')));
}

bool IsLoopback(const std::string& server) {
  const std::string host = HostOf(server);
  if (host == "localhost") return true;
  boost::system::error_code failed;
  const auto address = boost::asio::ip::make_address(host, failed);
  return !failed && address.is_loopback();
}

// The first file of a list that exists, else its first one.
std::string FirstOfList(const std::string& list) {
  std::string first;
  for (std::size_t at = 0; at <= list.size();) {
    const auto end = std::min(list.find(':', at), list.size());
    std::string path = list.substr(at, end - at);
    std::error_code ignored;
    if (!path.empty() && std::filesystem::exists(path, ignored)) return path;
    if (first.empty()) first = path;
    at = end + 1;
  }
  return first;
}

}  // namespace

Result<KubeconfigChoice> ChooseKubeconfig(const KubeconfigSources& sources) {
  if (!sources.flag.empty()) return KubeconfigChoice{sources.flag, "--kubeconfig"};
  if (!sources.dev.empty()) return KubeconfigChoice{sources.dev, "KUBECONFIG_DEV"};
  if (!sources.primary.empty()) return KubeconfigChoice{sources.primary, "KUBECONFIG_PRIMARY"};
  const std::string listed = FirstOfList(sources.kubeconfig);
  if (!listed.empty()) return KubeconfigChoice{listed, "KUBECONFIG"};
  if (!sources.home.empty()) {
    return KubeconfigChoice{sources.home + "/.kube/config", "the default file"};
  }
  return Error{ErrorCode::kNotFound,
               "no kubeconfig: give --kubeconfig, or set KUBECONFIG_DEV or KUBECONFIG",
               {}};
}

Result<void> CheckDevelopment(const kube::Cluster& cluster,
                              const std::vector<std::string>& allowed) {
  if (HasDevelopmentName(cluster.context) || IsLoopback(cluster.server)) return {};
  if (std::find(allowed.begin(), allowed.end(), cluster.context) != allowed.end()) return {};
  return Error{ErrorCode::kPermissionDenied,
               "context \"" + cluster.context + "\" at " + cluster.server +
                   " does not look like a development cluster; if it is one, say "
                   "--allow-context " +
                   cluster.context,
               {}};
}

}  // namespace prow_coverage::pr_pod
