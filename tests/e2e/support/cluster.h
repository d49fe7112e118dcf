#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "prow_coverage/http/client.h"

namespace prow_coverage::e2e {

using nlohmann::json;

// The real API server that tests/e2e/run.sh has started, seen with an administrator's eyes. Calls
// block, and throw with the server's answer when it is not what was asked for.
class Cluster {
 public:
  // Throws, saying what to run, when there is none.
  Cluster();

  // Whatever the answer is.
  http::Response Ask(const std::string& method, const std::string& path, const json& body = nullptr,
                     const std::string& content_type = "application/json");
  // The same with a ServiceAccount's token.
  http::Response AskAs(const std::string& token, const std::string& method, const std::string& path,
                       const json& body = nullptr);
  json Get(const std::string& path);
  json Post(const std::string& path, const json& body);
  void Delete(const std::string& path);

  // What kubectl prints; throws with its complaint when it fails.
  std::string Kubectl(const std::vector<std::string>& arguments, const std::string& input = "");

  // A fresh one with a ServiceAccount `prow-coverage` in it that may do nothing.
  std::string NewNamespace();
  // Lets it create and read ProwJobs there, as deploy/ does.
  void Grant(const std::string& ns, const json& subject);
  // A bounded token: of ten minutes, the shortest that the API server issues.
  std::string Token(const std::string& ns, const std::string& account = "prow-coverage");

  json Jobs(const std::string& ns);

  // The text of a kubeconfig with this user; `cluster` replaces fields of its cluster.
  std::string Kubeconfig(const json& user, const json& cluster = json::object()) const;
  // Of the user that clients with a certificate of name CN=developer are.
  json DeveloperCertificate() const;
  std::filesystem::path AdminKubeconfig() const { return work_ / "admin.kubeconfig"; }
  std::string Pki(const std::string& name) const;  // a file's content
  std::string Base64(const std::string& pki_name) const;
  // A line of JSON for each request of deploy/'s account.
  std::filesystem::path AuditLog() const { return work_ / "log/audit.log"; }
  std::shared_ptr<const http::Tls> AdminTls() const { return admin_; }
  std::uint16_t port() const { return port_; }

  // cluster.sh with this verb: stop, start, up.
  void Control(const std::string& verb);

 private:
  http::Response Send(http::Request request);
  json Checked(const std::string& method, const std::string& path, const json& body);

  std::filesystem::path work_;
  std::uint16_t port_ = 0;
  std::shared_ptr<const http::Tls> admin_;
};

std::string ProwJobsPath(const std::string& ns, const std::string& name = "");
json ServiceAccount(const std::string& ns, const std::string& name = "prow-coverage");

}  // namespace prow_coverage::e2e
