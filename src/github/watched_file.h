#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::github {

// The content of a small file that may be replaced at any time, as Kubernetes does with a secret.
// It is read again at most once a second; when that fails or the content is no good, the last good
// one stays in force and the log says so, once. Thread-safe.
class WatchedFile {
 public:
  // Makes what is kept of what was read, or says what is wrong with it.
  using Check = std::function<Result<std::string>(std::string content)>;

  // Errors: the file's own, and those of `check`.
  [[nodiscard]] static Result<std::unique_ptr<WatchedFile>> Open(std::filesystem::path path,
                                                                 Check check, Clock& clock,
                                                                 Logger& logger);

  [[nodiscard]] std::string Content();

  // The next Content() reads the file, however recently that was done.
  void Expire();

 private:
  WatchedFile(std::filesystem::path path, Check check, std::string content, Clock& clock,
              Logger& logger);
  void Refresh() REQUIRES(mutex_);

  const std::filesystem::path path_;
  const Check check_;
  Clock& clock_;
  Logger& logger_;
  Mutex mutex_;
  std::string content_ GUARDED_BY(mutex_);
  std::string complaint_ GUARDED_BY(mutex_);  // what was last logged; "" when all is well
  MonotonicTime read_at_ GUARDED_BY(mutex_);
};

}  // namespace prow_coverage::github
