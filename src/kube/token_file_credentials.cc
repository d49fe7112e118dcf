#include "token_file_credentials.h"

#include <optional>
#include <utility>

#include "prow_coverage/base/file.h"
#include "prow_coverage/base/mutex.h"

#include "text.h"

namespace prow_coverage::kube {
namespace {

constexpr std::chrono::seconds kLookInterval{1};
constexpr std::size_t kMaxTokenBytes = std::size_t{64} << 10;

Result<std::string> ReadToken(const std::filesystem::path& path) {
  const auto unusable = [&](std::string_view what) {
    return Error{ErrorCode::kUnauthenticated,
                 "the token file " + path.string() + " cannot be used: " + std::string(what),
                 {}};
  };
  const auto content = ReadFile(path, kMaxTokenBytes);
  if (!content) return unusable(content.error().message);
  const std::string_view token = Trim(*content);
  if (token.empty()) return unusable("it is empty");
  if (HasControlCharacter(token)) return unusable("the token has a control character in it");
  return std::string(token);
}

// A token is some 1 KiB, so that reading it once a second costs less than telling by stat, through
// the symlinks that Kubernetes swaps, whether that is needed.
class TokenFileCredentials final : public Credentials {
 public:
  TokenFileCredentials(const Cluster& cluster, Clock& clock, Logger& logger)
      : path_(cluster.token_file),
        tls_(std::make_shared<const http::Tls>(cluster.tls)),
        clock_(clock),
        logger_(logger) {}

  Result<Identity> Current() override {
    const MutexLock lock(mutex_);
    const auto now = clock_.Monotonic();
    if (authorization_.empty() || now >= next_look_) {
      next_look_ = now + kLookInterval;
      if (auto read = Reload(); !read) return read.error();
    }
    return Identity{authorization_, tls_};
  }

  void Refused(const Identity& identity) override {
    const MutexLock lock(mutex_);
    if (identity.authorization == authorization_) authorization_.clear();
  }

 private:
  // A token that was good stays in force, until it is refused, when its successor cannot be read.
  Result<void> Reload() REQUIRES(mutex_) {
    const auto token = ReadToken(path_);
    if (token) {
      authorization_ = "Bearer " + *token;
      troubled_ = false;
      return {};
    }
    if (authorization_.empty()) return token.error();
    if (!troubled_) logger_.Warning(token.error().message + "; the last one stays in force");
    troubled_ = true;
    return {};
  }

  const std::filesystem::path path_;
  const std::shared_ptr<const http::Tls> tls_;
  Clock& clock_;
  Logger& logger_;
  Mutex mutex_;
  std::string authorization_ GUARDED_BY(mutex_);
  MonotonicTime next_look_ GUARDED_BY(mutex_){};
  bool troubled_ GUARDED_BY(mutex_) = false;
};

}  // namespace

std::unique_ptr<Credentials> MakeTokenFileCredentials(const Cluster& cluster, Clock& clock,
                                                      Logger& logger) {
  return std::make_unique<TokenFileCredentials>(cluster, clock, logger);
}

}  // namespace prow_coverage::kube
