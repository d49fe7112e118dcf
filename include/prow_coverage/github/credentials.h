#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/metrics/metrics.h"

namespace prow_coverage::github {

// Where the Authorization header comes from. Shared by all workers: thread-safe.
class Credentials {
 public:
  virtual ~Credentials() = default;

  // "Bearer …" for calls about `org`; "" when anonymous. May ask GitHub for an installation token,
  // through `http`, the caller's client, at `endpoint`.
  // Errors: kUnauthenticated (the App or its key is refused), kPermissionDenied (the App is
  // suspended or not installed in `org`), kRateLimited, kUnavailable, or the file's own.
  virtual Task<Result<std::string>> Authorization(http::Client& http, std::string_view endpoint,
                                                  const std::string& org) = 0;

  // A call with this header was answered 401, or 403 without a limit: re-read the file, forget the
  // cached token.
  virtual void Refused(std::string_view authorization, const std::string& org) = 0;
};

// No Authorization header at all.
[[nodiscard]] std::unique_ptr<Credentials> MakeAnonymous();

// A token in a file, re-read when it changes (looked at at most once a second) and when refused;
// the last good content stays in force.
// Errors: the file's own, and kInvalidArgument for an empty token or one with a control character
// inside (the white space at its ends is removed).
[[nodiscard]] Result<std::unique_ptr<Credentials>> MakeTokenFile(const std::filesystem::path& path,
                                                                 Clock& clock, Logger& logger);

// A GitHub App: RS256 JWT (10 minutes), installation found by org among /app/installations (paged),
// one token cached per installation and renewed five minutes before it expires. Of many callers
// that need the same token, one asks and the others wait for what it gets. Its calls are counted
// in `metrics` as the client's are. Errors: kInvalidArgument for an id that is no number or a key
// that is no RSA PEM.
[[nodiscard]] Result<std::unique_ptr<Credentials>> MakeApp(std::string_view app_id,
                                                           const std::filesystem::path& key_path,
                                                           Clock& clock, Logger& logger,
                                                           metrics::Metrics& metrics);

}  // namespace prow_coverage::github
