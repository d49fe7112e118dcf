#include "prow_coverage/webhook/secret_file.h"

#include <optional>
#include <utility>

#include "prow_coverage/base/file.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::webhook {
namespace {

constexpr std::chrono::seconds kLookInterval{1};
// A Kubernetes Secret holds at most 1 MiB.
constexpr std::size_t kMaxFileBytes = std::size_t{1} << 20;

// The whole file is read at each look and compared with what the last look saw. Comparing inode and
// time stamps instead saves one small read a second, and misses a second write within a clock tick.
class WatchedSecretFile final : public SecretFile {
 public:
  WatchedSecretFile(std::filesystem::path path, Clock& clock, Logger& logger)
      : path_(std::move(path)), clock_(clock), logger_(logger) {}

  // The first look; without a good content there is no SecretFile.
  Result<void> Open() {
    const MutexLock lock(mutex_);
    next_look_ = clock_.Monotonic() + kLookInterval;
    seen_ = ReadFile(path_, kMaxFileBytes);
    auto secrets = Parse(*seen_);
    if (!secrets) return secrets.error();
    Accept(std::move(*secrets), "webhook secrets read");
    return {};
  }

  std::shared_ptr<const Secrets> Current() override {
    const MutexLock lock(mutex_);
    const auto now = clock_.Monotonic();
    if (now >= next_look_) {
      next_look_ = now + kLookInterval;
      Look();
    }
    return current_;
  }

 private:
  void Look() REQUIRES(mutex_) {
    auto content = ReadFile(path_, kMaxFileBytes);
    if (content == seen_) return;
    seen_ = std::move(content);
    auto secrets = Parse(*seen_);
    if (!secrets) {
      logger_.Error("webhook secrets cannot be read again, the last good ones stay in force",
                    {{"path", path_.native()}, {"error", secrets.error().message}});
    } else if (*secrets != *current_) {
      if (secrets->is_single_token() && !current_->is_single_token()) WarnOfLostMapping();
      Accept(std::move(*secrets), "webhook secrets have changed");
    }
  }

  // Whatever is no mapping is one token, a mapping with a typo included: then no delivery passes.
  void WarnOfLostMapping() REQUIRES(mutex_) {
    logger_.Warning(
        "the webhook secrets were a YAML mapping and are now read as one single token: if that is "
        "not what you mean, the file has a syntax error",
        {{"path", path_.native()}, {"before", current_->Names()}});
  }

  Result<Secrets> Parse(const Result<std::string>& content) const {
    if (!content) return content.error();
    auto secrets = Secrets::Parse(*content);
    if (!secrets) return WithContext(secrets.error(), path_.native());
    return secrets;
  }

  // The names tell an operator whose mapping has a typo that it was taken for one token ("*").
  void Accept(Secrets secrets, std::string_view message) REQUIRES(mutex_) {
    current_ = std::make_shared<const Secrets>(std::move(secrets));
    logger_.Info(message, {{"path", path_.native()}, {"names", current_->Names()}});
  }

  const std::filesystem::path path_;
  Clock& clock_;
  Logger& logger_;
  Mutex mutex_;
  MonotonicTime next_look_ GUARDED_BY(mutex_);
  std::optional<Result<std::string>> seen_ GUARDED_BY(mutex_);  // by the last look
  std::shared_ptr<const Secrets> current_ GUARDED_BY(mutex_);
};

}  // namespace

Result<std::unique_ptr<SecretFile>> OpenSecretFile(const std::filesystem::path& path, Clock& clock,
                                                   Logger& logger) {
  auto file = std::make_unique<WatchedSecretFile>(path, clock, logger);
  if (auto opened = file->Open(); !opened) return opened.error();
  return std::unique_ptr<SecretFile>(std::move(file));
}

}  // namespace prow_coverage::webhook
