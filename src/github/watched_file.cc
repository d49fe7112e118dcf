#include "watched_file.h"

#include <utility>

#include "prow_coverage/base/file.h"

namespace prow_coverage::github {
namespace {

constexpr std::size_t kLargestFile = 64 * 1024;
constexpr std::chrono::seconds kInterval{1};

Result<std::string> Read(const std::filesystem::path& path, const WatchedFile::Check& check) {
  auto content = ReadFile(path, kLargestFile);
  if (!content) return content;
  auto checked = check(std::move(*content));
  if (!checked) return WithContext(checked.error(), path.string());
  return checked;
}

}  // namespace

WatchedFile::WatchedFile(std::filesystem::path path, Check check, std::string content, Clock& clock,
                         Logger& logger)
    : path_(std::move(path)),
      check_(std::move(check)),
      clock_(clock),
      logger_(logger),
      content_(std::move(content)),
      read_at_(clock.Monotonic()) {}

Result<std::unique_ptr<WatchedFile>> WatchedFile::Open(std::filesystem::path path, Check check,
                                                       Clock& clock, Logger& logger) {
  auto content = Read(path, check);
  if (!content) return content.error();
  return std::unique_ptr<WatchedFile>(
      new WatchedFile(std::move(path), std::move(check), std::move(*content), clock, logger));
}

std::string WatchedFile::Content() {
  const MutexLock lock(mutex_);
  if (clock_.Monotonic() - read_at_ >= kInterval) Refresh();
  return content_;
}

void WatchedFile::Expire() {
  const MutexLock lock(mutex_);
  read_at_ = MonotonicTime{};
}

void WatchedFile::Refresh() {
  read_at_ = clock_.Monotonic();
  auto content = Read(path_, check_);
  const std::string complaint = content ? "" : content.error().message;
  if (!complaint.empty() && complaint != complaint_) {
    logger_.Warning("the GitHub credential's file is no good; its last good content stays in force",
                    {{"file", path_.native()}, {"error", complaint}});
  }
  complaint_ = complaint;
  if (!content || *content == content_) return;
  content_ = std::move(*content);
  logger_.Info("the GitHub credential's file has changed", {{"file", path_.native()}});
}

}  // namespace prow_coverage::github
