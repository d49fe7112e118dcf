#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/kube/kubeconfig.h"

namespace prow_coverage::kube {

// What a request to the API server is to carry.
struct Identity {
  std::string authorization;             // header value, "" for none (client certificate)
  std::shared_ptr<const http::Tls> tls;  // an exec plugin may bring a client certificate

  bool operator==(const Identity&) const = default;
};

// The user of a Cluster, shared by all workers: thread-safe. A token file is re-read when it
// changes (looked at at most once a second) and when refused; an exec plugin is run when its
// credential is missing, expires within a minute or was refused, at most 30 s long.
class Credentials {
 public:
  virtual ~Credentials() = default;

  // Blocks while a plugin runs. A token that was good stays in force while its file cannot be read,
  // until it is refused.
  // Errors: kUnauthenticated when the file is gone or the plugin failed (its last words and its
  // install hint in the message); a plugin that failed is run again after 5 s at the earliest.
  [[nodiscard]] virtual Result<Identity> Current() = 0;

  // The API server answered 401 to this identity.
  virtual void Refused(const Identity& identity) = 0;
};

[[nodiscard]] std::unique_ptr<Credentials> MakeCredentials(const Cluster& cluster, Clock& clock,
                                                           Logger& logger);

}  // namespace prow_coverage::kube
