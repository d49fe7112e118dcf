#pragma once

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage {

// The content of a small file that may be replaced at any time, as Kubernetes does with a secret.
// It is read again at most once a second; when that fails or the content is no good, the last good
// one stays in force and the log says so, once. Reading a token of 1 KiB costs less than telling by
// stat, through the symlinks that Kubernetes swaps, whether that is needed. Thread-safe.
class WatchedFile {
 public:
  // Makes what is kept of what was read, or says what is wrong with it.
  using Check = std::function<Result<std::string>(std::string content)>;

  // Reads nothing yet. `what` names the content in the log: "GitHub credential".
  WatchedFile(std::filesystem::path path, std::string what, Check check, Clock& clock,
              Logger& logger);

  // Errors: the file's own and those of `check`, naming the file, while there is no good content.
  [[nodiscard]] Result<std::string> Content();

  // The next Content() reads the file, however recently that was done.
  void Expire();

  // The same, and `content`, if it is what is in force, is so no longer.
  void Drop(std::string_view content);

 private:
  [[nodiscard]] Result<std::string> Read() const;
  [[nodiscard]] Result<void> Refresh(MonotonicTime now) REQUIRES(mutex_);
  void Complain(const std::string& message) REQUIRES(mutex_);

  const std::filesystem::path path_;
  const std::string what_;
  const Check check_;
  Clock& clock_;
  Logger& logger_;
  Mutex mutex_;
  std::optional<std::string> content_ GUARDED_BY(mutex_);
  std::string complaint_ GUARDED_BY(mutex_);  // what was last logged; "" when all is well
  MonotonicTime next_look_ GUARDED_BY(mutex_){};
};

}  // namespace prow_coverage
