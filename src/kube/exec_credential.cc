#include "exec_credential.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "prow_coverage/json/document.h"
#include "prow_coverage/kube/rfc3339.h"

#include "base64.h"
#include "text.h"

namespace prow_coverage::kube {
namespace {

Error Unusable(std::string_view what) {
  return {ErrorCode::kUnauthenticated, "its answer cannot be used: " + std::string(what), {}};
}

Result<void> CheckKind(const json::Value& root, std::string_view api_version) {
  if (root.OptionalString("kind") != "ExecCredential") {
    return Unusable("kind is not ExecCredential");
  }
  const auto version = root.OptionalString("apiVersion").value_or("");
  if (version == api_version) return {};
  return Unusable("apiVersion is \"" + OneLine(version, 80) + "\" and the kubeconfig says \"" +
                  std::string(api_version) + "\"");
}

Result<void> CheckComplete(const ExecCredential& credential) {
  if (HasControlCharacter(credential.token)) {
    return Unusable("status.token has a control character in it");
  }
  if (credential.certificate_pem.empty() != credential.key_pem.empty()) {
    return Unusable("clientCertificateData and clientKeyData go together");
  }
  if (credential.token.empty() && credential.certificate_pem.empty()) {
    return Unusable("status has neither a token nor a client certificate");
  }
  return {};
}

nlohmann::ordered_json ClusterInfo(const Cluster& cluster) {
  nlohmann::ordered_json info = {{"server", cluster.server}};
  const http::Tls& tls = cluster.tls;
  if (!tls.server_name.empty()) info["tls-server-name"] = tls.server_name;
  if (tls.insecure_skip_verify) info["insecure-skip-tls-verify"] = true;
  if (!tls.ca_pem.empty()) info["certificate-authority-data"] = EncodeBase64(tls.ca_pem);
  if (!cluster.proxy.empty()) info["proxy-url"] = cluster.proxy;
  if (const std::string& config = cluster.exec.cluster_config; !config.empty()) {
    info["config"] = nlohmann::ordered_json::parse(config, nullptr, /*allow_exceptions=*/false);
  }
  return info;
}

}  // namespace

Result<ExecCredential> ParseExecCredential(std::string_view output, std::string_view api_version) {
  const auto document = json::Document::Parse(output);
  if (!document) return Unusable("it is no JSON object");
  const json::Value root = document->root();
  if (auto checked = CheckKind(root, api_version); !checked) return checked.error();
  ExecCredential credential;
  credential.token = root.OptionalString("status.token").value_or("");
  credential.certificate_pem = root.OptionalString("status.clientCertificateData").value_or("");
  credential.key_pem = root.OptionalString("status.clientKeyData").value_or("");
  if (const auto expires = root.OptionalString("status.expirationTimestamp")) {
    credential.expires = ParseRfc3339(*expires);
    if (!credential.expires) return Unusable("expirationTimestamp is no RFC 3339 time");
  }
  if (auto checked = CheckComplete(credential); !checked) return checked.error();
  return credential;
}

std::string ExecInfo(const Cluster& cluster) {
  nlohmann::ordered_json spec = {{"interactive", false}};
  if (cluster.exec.provide_cluster_info) spec["cluster"] = ClusterInfo(cluster);
  const nlohmann::ordered_json info = {{"apiVersion", cluster.exec.api_version},
                                       {"kind", "ExecCredential"},
                                       {"spec", std::move(spec)}};
  return info.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace prow_coverage::kube
