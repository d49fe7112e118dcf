#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "prow_coverage/base/clock.h"

#include "call.h"

namespace prow_coverage::sandbox {

// Who may call the fake GitHub.
class GitHubAccess {
 public:
  // No `tokens`: everybody, but an installation token must be one that was given out and is fresh.
  GitHubAccess(const Clock& clock, std::vector<std::string> tokens);

  void SetTokens(std::vector<std::string> tokens) { tokens_ = std::move(tokens); }

  // GitHub's sentence for a 401; nullopt when the call is fine.
  [[nodiscard]] std::optional<std::string> Refusal(const Call& call) const;

  // A new token, good for an hour.
  [[nodiscard]] std::string GiveOut();

 private:
  [[nodiscard]] std::optional<std::string> RefuseJwt(const std::string& token) const;

  const Clock& clock_;
  std::vector<std::string> tokens_;
  std::map<std::string, WallTime> given_out_;  // to the time that it ends
};

}  // namespace prow_coverage::sandbox
