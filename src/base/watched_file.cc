#include "prow_coverage/base/watched_file.h"

#include <utility>

#include "prow_coverage/base/file.h"

namespace prow_coverage {
namespace {

constexpr std::size_t kLargestFile = std::size_t{64} << 10;
constexpr std::chrono::seconds kLookInterval{1};

}  // namespace

WatchedFile::WatchedFile(std::filesystem::path path, std::string what, Check check, Clock& clock,
                         Logger& logger)
    : path_(std::move(path)),
      what_(std::move(what)),
      check_(std::move(check)),
      clock_(clock),
      logger_(logger) {}

Result<std::string> WatchedFile::Content() {
  const MutexLock lock(mutex_);
  const auto now = clock_.Monotonic();
  if (!content_ || now >= next_look_) {
    if (auto refreshed = Refresh(now); !refreshed) return refreshed.error();
  }
  return *content_;
}

void WatchedFile::Expire() {
  const MutexLock lock(mutex_);
  next_look_ = MonotonicTime{};
}

void WatchedFile::Drop(std::string_view content) {
  const MutexLock lock(mutex_);
  if (content_ == content) content_.reset();
  next_look_ = MonotonicTime{};
}

Result<std::string> WatchedFile::Read() const {
  auto content = ReadFile(path_, kLargestFile);
  if (!content) return content;
  auto checked = check_(std::move(*content));
  if (!checked) return WithContext(checked.error(), path_.string());
  return checked;
}

Result<void> WatchedFile::Refresh(MonotonicTime now) {
  next_look_ = now + kLookInterval;
  auto content = Read();
  if (!content && !content_) return content.error();
  Complain(content ? "" : content.error().message);
  if (!content || content == content_) return {};
  if (content_) logger_.Info(what_ + " has changed", {{"file", path_.native()}});
  content_ = std::move(*content);
  return {};
}

void WatchedFile::Complain(const std::string& message) {
  if (!message.empty() && message != complaint_) {
    logger_.Warning(what_ + " cannot be read again; the last one stays in force",
                    {{"file", path_.native()}, {"error", message}});
  }
  complaint_ = message;
}

}  // namespace prow_coverage
