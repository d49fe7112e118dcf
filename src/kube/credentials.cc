#include "prow_coverage/kube/credentials.h"

#include <utility>

#include "base64.h"
#include "exec_plugin_credentials.h"
#include "token_file_credentials.h"

namespace prow_coverage::kube {
namespace {

// A user that never changes: an inline token, a password, a client certificate, nobody.
class StaticCredentials final : public Credentials {
 public:
  explicit StaticCredentials(Identity identity) : identity_(std::move(identity)) {}

  Result<Identity> Current() override { return identity_; }
  void Refused(const Identity&) override {}

 private:
  const Identity identity_;
};

std::string StaticAuthorization(const Cluster& cluster) {
  if (!cluster.token.empty()) return "Bearer " + cluster.token;
  if (cluster.username.empty()) return "";
  return "Basic " + EncodeBase64(cluster.username + ":" + cluster.password);
}

}  // namespace

std::unique_ptr<Credentials> MakeCredentials(const Cluster& cluster, Clock& clock, Logger& logger) {
  if (!cluster.token_file.empty()) return MakeTokenFileCredentials(cluster, clock, logger);
  std::string authorization = StaticAuthorization(cluster);
  if (authorization.empty() && !cluster.exec.command.empty()) {
    return MakeExecPluginCredentials(cluster, clock, logger);
  }
  return std::make_unique<StaticCredentials>(
      Identity{std::move(authorization), std::make_shared<const http::Tls>(cluster.tls)});
}

}  // namespace prow_coverage::kube
