#pragma once

#include <filesystem>
#include <memory>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/webhook/secrets.h"

namespace prow_coverage::webhook {

// Secrets that follow a file. Kubernetes swaps a symlink when the Secret changes, so the file is
// read again at most once a second; the last good content stays in force when the new one is broken
// or gone. The log gets one line for each change, good or bad. Thread-safe.
class SecretFile {
 public:
  virtual ~SecretFile() = default;
  [[nodiscard]] virtual std::shared_ptr<const Secrets> Current() = 0;
};

// Errors: what ReadFile and Secrets::Parse say, naming the path: a daemon does not start without.
// `clock` and `logger` must outlive the result.
[[nodiscard]] Result<std::unique_ptr<SecretFile>> OpenSecretFile(const std::filesystem::path& path,
                                                                 Clock& clock, Logger& logger);

}  // namespace prow_coverage::webhook
