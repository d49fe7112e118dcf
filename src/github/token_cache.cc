#include "token_cache.h"

#include <utility>

namespace prow_coverage::github {
namespace {

// After a failed renewal, the old token is used for so long before the next try.
constexpr std::chrono::seconds kRenewalPause{30};

}  // namespace

struct TokenCache::Flight {
  std::optional<Result<std::string>> result;  // guarded by the cache's mutex
};

TokenCache::Turn TokenCache::Take(const std::string& org, MonotonicTime now) {
  const MutexLock lock(mutex_);
  Entry& entry = entries_[org];
  const bool good = entry.token && now < entry.token->expires_at;
  if (good && (entry.flight || now < entry.token->renew_at)) {
    return {entry.token->authorization, nullptr, false};
  }
  if (entry.flight) return {"", entry.flight, false};
  entry.flight = std::make_shared<Flight>();
  return {"", entry.flight, true};
}

Result<std::string> TokenCache::Land(const std::string& org, const std::shared_ptr<Flight>& flight,
                                     Result<Token> fetched, MonotonicTime now) {
  const MutexLock lock(mutex_);
  Entry& entry = entries_[org];
  entry.flight.reset();
  if (fetched) entry.token = std::move(*fetched);
  const bool good = entry.token && (fetched || now < entry.token->expires_at);
  if (good && !fetched) entry.token->renew_at = now + kRenewalPause;
  flight->result =
      good ? Result<std::string>(entry.token->authorization) : Result<std::string>(fetched.error());
  if (!good) entries_.erase(org);
  return *flight->result;
}

std::optional<Result<std::string>> TokenCache::Landed(const std::shared_ptr<Flight>& flight) {
  const MutexLock lock(mutex_);
  return flight->result;
}

void TokenCache::Forget(const std::string& org, std::string_view authorization) {
  const MutexLock lock(mutex_);
  const auto found = entries_.find(org);
  if (found == entries_.end() || !found->second.token) return;
  if (found->second.token->authorization != authorization) return;
  found->second.token.reset();
  if (!found->second.flight) entries_.erase(found);
}

}  // namespace prow_coverage::github
