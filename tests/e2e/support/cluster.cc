#include "support/cluster.h"

#include <atomic>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <boost/asio/io_context.hpp>
#include <unistd.h>

#include "base64.h"
#include "support/process.h"
#include "support/run_task.h"

namespace prow_coverage::e2e {
namespace {

constexpr const char* kRbac = "/apis/rbac.authorization.k8s.io/v1/namespaces/";

std::string Environment(const char* name) {
  const char* value = std::getenv(name);
  if (value == nullptr) {
    throw std::runtime_error(std::string(name) + " is not set: run these tests with `make e2e`");
  }
  return value;
}

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream text;
  text << in.rdbuf();
  if (!in) throw std::runtime_error("cannot read " + path.string());
  return text.str();
}

bool IsSuccess(const http::Response& response) { return response.status / 100 == 2; }

std::string Succeed(testing::Process& process, const std::string& what) {
  if (process.Wait(std::chrono::minutes(3)) == 0) return process.Out();
  throw std::runtime_error(what + " failed: " + process.Out() + process.Err());
}

}  // namespace

Cluster::Cluster() : work_(Environment("PROW_COVERAGE_E2E_WORK")) {
  const json config = json::parse(Slurp(AdminKubeconfig()));
  const std::string server = config.at("clusters").at(0).at("cluster").at("server");
  port_ = static_cast<std::uint16_t>(std::stoi(server.substr(server.rfind(':') + 1)));
  admin_ = std::make_shared<const http::Tls>(
      http::Tls{Pki("ca.crt"), Pki("admin.crt"), Pki("admin.key"), "", false});
}

http::Response Cluster::Send(http::Request request) {
  boost::asio::io_context io;
  const auto client = http::MakeCurlClient(io.get_executor());
  request.url = "https://127.0.0.1:" + std::to_string(port_) + request.url;
  request.proxy = "";
  return testing::RunTask(io, client->Send(std::move(request))).value();
}

http::Response Cluster::Ask(const std::string& method, const std::string& path, const json& body,
                            const std::string& content_type) {
  http::Request request;
  request.method = method;
  request.url = path;
  request.tls = admin_;
  request.headers = {{"Content-Type", content_type}};
  if (!body.is_null()) request.body = body.dump();
  return Send(std::move(request));
}

http::Response Cluster::AskAs(const std::string& token, const std::string& method,
                              const std::string& path, const json& body) {
  http::Request request;
  request.method = method;
  request.url = path;
  request.tls = std::make_shared<const http::Tls>(http::Tls{admin_->ca_pem, "", "", "", false});
  request.headers = {
      {"Content-Type", method == "PATCH" ? "application/merge-patch+json" : "application/json"},
      {"Authorization", "Bearer " + token}};
  if (!body.is_null()) request.body = body.dump();
  return Send(std::move(request));
}

json Cluster::Checked(const std::string& method, const std::string& path, const json& body) {
  const auto response = Ask(method, path, body);
  if (IsSuccess(response)) return json::parse(response.body);
  throw std::runtime_error(method + " " + path + ": " + response.body);
}

json Cluster::Get(const std::string& path) { return Checked("GET", path, nullptr); }
json Cluster::Post(const std::string& path, const json& body) {
  return Checked("POST", path, body);
}
void Cluster::Delete(const std::string& path) { Checked("DELETE", path, nullptr); }

std::string Cluster::Kubectl(const std::vector<std::string>& arguments, const std::string& input) {
  std::vector<std::string> command = {Environment("BIN") + "/kubectl", "--kubeconfig",
                                      AdminKubeconfig(), "--cache-dir", work_ / "kubectl-cache"};
  command.insert(command.end(), arguments.begin(), arguments.end());
  testing::Process kubectl(command, input);
  return Succeed(kubectl, "kubectl " + arguments.front());
}

std::string Cluster::NewNamespace() {
  static std::atomic<int> count = 0;
  const std::string ns = "e2e-" + std::to_string(::getpid()) + "-" + std::to_string(++count);
  Post("/api/v1/namespaces", {{"metadata", {{"name", ns}}}});
  Post("/api/v1/namespaces/" + ns + "/serviceaccounts",
       {{"metadata", {{"name", "prow-coverage"}}}});
  return ns;
}

void Cluster::Grant(const std::string& ns, const json& subject) {
  const json metadata = {{"name", "prow-coverage"}};
  const json rule = {{"apiGroups", {"prow.k8s.io"}},
                     {"resources", {"prowjobs"}},
                     {"verbs", {"create", "get", "list", "watch", "patch"}}};
  Post(kRbac + ns + "/roles", {{"metadata", metadata}, {"rules", {rule}}});
  Post(
      kRbac + ns + "/rolebindings",
      {{"metadata", metadata},
       {"subjects", {subject}},
       {"roleRef",
        {{"apiGroup", "rbac.authorization.k8s.io"}, {"kind", "Role"}, {"name", "prow-coverage"}}}});
}

std::string Cluster::Token(const std::string& ns, const std::string& account) {
  return Post("/api/v1/namespaces/" + ns + "/serviceaccounts/" + account + "/token",
              {{"spec", {{"expirationSeconds", 600}}}})
      .at("status")
      .at("token");
}

json Cluster::Jobs(const std::string& ns) { return Get(ProwJobsPath(ns)).at("items"); }

std::string Cluster::Kubeconfig(const json& user, const json& cluster) const {
  json merged = {{"server", "https://127.0.0.1:" + std::to_string(port_)},
                 {"certificate-authority-data", Base64("ca.crt")}};
  merged.update(cluster);
  const json config = {
      {"apiVersion", "v1"},
      {"kind", "Config"},
      {"current-context", "e2e"},
      {"clusters", {{{"name", "e2e"}, {"cluster", merged}}}},
      {"users", {{{"name", "e2e"}, {"user", user}}}},
      {"contexts", {{{"name", "e2e"}, {"context", {{"cluster", "e2e"}, {"user", "e2e"}}}}}}};
  return config.dump();
}

json Cluster::DeveloperCertificate() const {
  return {{"client-certificate-data", Base64("developer.crt")},
          {"client-key-data", Base64("developer.key")}};
}

std::string Cluster::Pki(const std::string& name) const { return Slurp(work_ / "pki" / name); }

std::string Cluster::Base64(const std::string& pki_name) const {
  return kube::EncodeBase64(Pki(pki_name));
}

void Cluster::Control(const std::string& verb) {
  testing::Process script({Environment("PROW_COVERAGE_E2E_CLUSTER"), work_, verb});
  Succeed(script, "cluster.sh " + verb);
}

std::string ProwJobsPath(const std::string& ns, const std::string& name) {
  const std::string path = "/apis/prow.k8s.io/v1/namespaces/" + ns + "/prowjobs";
  return name.empty() ? path : path + "/" + name;
}

json ServiceAccount(const std::string& ns, const std::string& name) {
  return {{"kind", "ServiceAccount"}, {"name", name}, {"namespace", ns}};
}

}  // namespace prow_coverage::e2e
