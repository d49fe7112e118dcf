#include "exec_plugin_credentials.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "prow_coverage/base/mutex.h"
#include "prow_coverage/kube/process.h"

#include "exec_credential.h"
#include "text.h"

namespace prow_coverage::kube {
namespace {

// A credential is renewed that long before it expires.
constexpr std::chrono::seconds kMargin{60};
// A plugin that failed is left alone for a moment: every waiting request would run it again.
constexpr std::chrono::seconds kFailurePause{5};

class ExecPluginCredentials final : public Credentials {
 public:
  ExecPluginCredentials(const Cluster& cluster, Clock& clock, Logger& logger,
                        std::chrono::milliseconds limit)
      : cluster_(cluster),
        tls_(std::make_shared<const http::Tls>(cluster.tls)),
        limit_(limit),
        clock_(clock),
        logger_(logger) {}

  // Others wait while the plugin runs: its answer is for them as well.
  Result<Identity> Current() override {
    const MutexLock lock(mutex_);
    if (identity_ && clock_.Now() < renew_at_) return *identity_;
    if (failure_ && clock_.Monotonic() < retry_at_) return *failure_;
    auto renewed = Renew();
    failure_.reset();
    if (!renewed) {
      logger_.Warning("no credential for the Kubernetes API: " + renewed.error().message);
      failure_ = renewed.error();
      retry_at_ = clock_.Monotonic() + kFailurePause;
    }
    return renewed;
  }

  void Refused(const Identity& identity) override {
    const MutexLock lock(mutex_);
    // Another worker may have been refused with it before and have renewed it already.
    if (identity_ == identity) identity_.reset();
  }

 private:
  Result<Identity> Renew() REQUIRES(mutex_) {
    identity_.reset();
    const auto outcome = RunProcess(Request());
    if (!outcome) return Failed(outcome.error().message);
    if (outcome->exit_code != 0) {
      return Failed("it ended with exit code " + std::to_string(outcome->exit_code) + ": " +
                    LastWords(outcome->last_words, 500));
    }
    auto credential = ParseExecCredential(outcome->output, cluster_.exec.api_version);
    if (!credential) return Failed(credential.error().message);
    const auto now = clock_.Now();
    if (credential->expires && *credential->expires <= now) {
      return Failed("its credential expired at " + ToRfc3339(*credential->expires) +
                    " already: log in again, and check the clock of this machine");
    }
    renew_at_ = RenewalTime(*credential, now);
    identity_ = ToIdentity(std::move(*credential));
    return *identity_;
  }

  ProcessRequest Request() const {
    ProcessRequest request{cluster_.exec.command, cluster_.exec.args, {}, limit_};
    for (const auto& [name, value] : cluster_.exec.env) {
      request.environment.push_back(name + "=" + value);
    }
    request.environment.push_back("KUBERNETES_EXEC_INFO=" + ExecInfo(cluster_));
    return request;
  }

  // One that lives shorter than two margins is used for half of its life.
  static WallTime RenewalTime(const ExecCredential& credential, WallTime now) {
    if (!credential.expires) return WallTime::max();
    const WallTime::duration margin = kMargin;
    return *credential.expires - std::min(margin, (*credential.expires - now) / 2);
  }

  Identity ToIdentity(ExecCredential credential) const {
    std::string authorization;
    if (!credential.token.empty()) authorization = "Bearer " + credential.token;
    if (credential.certificate_pem.empty()) return {std::move(authorization), tls_};
    http::Tls tls = *tls_;
    tls.certificate_pem = std::move(credential.certificate_pem);
    tls.key_pem = std::move(credential.key_pem);
    return {std::move(authorization), std::make_shared<const http::Tls>(std::move(tls))};
  }

  Error Failed(const std::string& why) const {
    std::string message = "the exec plugin " + cluster_.exec.command + " failed: " + why;
    if (!cluster_.exec.install_hint.empty()) {
      message += "; " + OneLine(cluster_.exec.install_hint, 500);
    }
    return {ErrorCode::kUnauthenticated, std::move(message), {}};
  }

  const Cluster cluster_;
  const std::shared_ptr<const http::Tls> tls_;
  const std::chrono::milliseconds limit_;
  Clock& clock_;
  Logger& logger_;
  Mutex mutex_;
  std::optional<Identity> identity_ GUARDED_BY(mutex_);
  WallTime renew_at_ GUARDED_BY(mutex_){};
  std::optional<Error> failure_ GUARDED_BY(mutex_);
  MonotonicTime retry_at_ GUARDED_BY(mutex_){};
};

}  // namespace

std::unique_ptr<Credentials> MakeExecPluginCredentials(const Cluster& cluster, Clock& clock,
                                                       Logger& logger,
                                                       std::chrono::milliseconds limit) {
  return std::make_unique<ExecPluginCredentials>(cluster, clock, logger, limit);
}

}  // namespace prow_coverage::kube
