#include "token_file_credentials.h"

#include <utility>

#include "prow_coverage/base/trim.h"
#include "prow_coverage/base/watched_file.h"

#include "text.h"

namespace prow_coverage::kube {
namespace {

constexpr std::string_view kScheme = "Bearer ";

Result<std::string> CheckToken(const std::string& content) {
  const auto unusable = [](const char* what) {
    return Error{ErrorCode::kUnauthenticated, what, {}};
  };
  const std::string_view token = Trim(content);
  if (token.empty()) return unusable("it is empty");
  if (HasControlCharacter(token)) return unusable("the token has a control character in it");
  return std::string(token);
}

class TokenFileCredentials final : public Credentials {
 public:
  TokenFileCredentials(const Cluster& cluster, Clock& clock, Logger& logger)
      : tls_(std::make_shared<const http::Tls>(cluster.tls)),
        token_(cluster.token_file, "the Kubernetes token", CheckToken, clock, logger) {}

  Result<Identity> Current() override {
    auto token = token_.Content();
    if (!token) {
      auto error = WithContext(token.error(), "the Kubernetes token file cannot be used");
      error.code = ErrorCode::kUnauthenticated;
      return error;
    }
    return Identity{std::string(kScheme) + *token, tls_};
  }

  void Refused(const Identity& identity) override {
    const std::string_view header = identity.authorization;
    if (header.starts_with(kScheme)) token_.Drop(header.substr(kScheme.size()));
  }

 private:
  const std::shared_ptr<const http::Tls> tls_;
  WatchedFile token_;
};

}  // namespace

std::unique_ptr<Credentials> MakeTokenFileCredentials(const Cluster& cluster, Clock& clock,
                                                      Logger& logger) {
  return std::make_unique<TokenFileCredentials>(cluster, clock, logger);
}

}  // namespace prow_coverage::kube
