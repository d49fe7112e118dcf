#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::github {

// The installation tokens of an App, by org, and who is fetching one: of a thousand calls that need
// the same token one fetches it and the others wait for what it brings, a failure included. No I/O
// in here. Thread-safe.
class TokenCache {
 public:
  struct Token {
    std::string authorization;  // the whole header
    MonotonicTime renew_at;
    MonotonicTime expires_at;
  };
  struct Flight;  // one fetch
  struct Turn {
    std::string authorization;       // good to use, else "" and there is a flight
    std::shared_ptr<Flight> flight;  // to wait for, or to be flown by the caller
    bool pilot = false;              // the caller fetches, and must call Land
  };

  // While a token is being renewed, the old one is used until it expires.
  [[nodiscard]] Turn Take(const std::string& org, MonotonicTime now);

  // Ends the flight; answers what every passenger gets. After a failure the old token serves on
  // while it lasts.
  Result<std::string> Land(const std::string& org, const std::shared_ptr<Flight>& flight,
                           Result<Token> fetched, MonotonicTime now);

  // What the flight has brought; nothing while it is under way.
  [[nodiscard]] std::optional<Result<std::string>> Landed(const std::shared_ptr<Flight>& flight);

  // Drops the org's token if it is this one.
  void Forget(const std::string& org, std::string_view authorization);

 private:
  struct Entry {
    std::optional<Token> token;
    std::shared_ptr<Flight> flight;
  };

  Mutex mutex_;
  std::map<std::string, Entry> entries_ GUARDED_BY(mutex_);  // only orgs with a token or a flight
};

}  // namespace prow_coverage::github
