#include <algorithm>
#include <utility>

#include <boost/algorithm/string/case_conv.hpp>
#include <boost/asio/this_coro.hpp>

#include "prow_coverage/base/watched_file.h"
#include "prow_coverage/github/credentials.h"

#include "endpoint.h"
#include "installation.h"
#include "jwt.h"
#include "token_cache.h"

namespace prow_coverage::github {
namespace {

namespace chrono = std::chrono;

constexpr chrono::minutes kRenewBefore{5};
constexpr chrono::milliseconds kLookInterval{20};

// Makes sure that a fetch ends for those who wait for it, even when the coroutine that does it is
// destroyed under way.
class Pilot {
 public:
  Pilot(TokenCache& cache, std::string org, std::shared_ptr<TokenCache::Flight> flight,
        const Clock& clock)
      : cache_(cache), org_(std::move(org)), flight_(std::move(flight)), clock_(clock) {}
  ~Pilot() {
    if (flight_) (void)Land(Error{ErrorCode::kCancelled, "GitHub App: shutting down", {}});
  }
  Pilot(const Pilot&) = delete;
  Pilot& operator=(const Pilot&) = delete;

  Result<std::string> Land(Result<TokenCache::Token> fetched) {
    const auto flight = std::exchange(flight_, nullptr);
    return cache_.Land(org_, flight, std::move(fetched), clock_.Monotonic());
  }

 private:
  TokenCache& cache_;
  const std::string org_;
  std::shared_ptr<TokenCache::Flight> flight_;
  const Clock& clock_;
};

class App final : public Credentials {
 public:
  App(std::string app_id, std::unique_ptr<WatchedFile> key, Clock& clock, Logger& logger,
      metrics::Metrics& metrics)
      : app_id_(std::move(app_id)),
        key_(std::move(key)),
        clock_(clock),
        logger_(logger),
        metrics_(metrics) {}

  Task<Result<std::string>> Authorization(http::Client& http, std::string_view endpoint,
                                          const std::string& org) override {
    const std::string key = boost::algorithm::to_lower_copy(org);
    while (true) {
      const auto turn = cache_.Take(key, clock_.Monotonic());
      if (!turn.flight) co_return turn.authorization;
      if (turn.pilot) {
        Pilot pilot(cache_, key, turn.flight, clock_);
        auto fetched = co_await Fetch(http, endpoint, org);
        co_return pilot.Land(std::move(fetched));
      }
      auto landed = co_await Await(turn.flight);
      // Whoever fetched was cancelled, which is no answer for those who were not.
      const bool answered = landed || landed.error().code != ErrorCode::kCancelled;
      const auto state = co_await boost::asio::this_coro::cancellation_state;
      if (answered || state.cancelled() != boost::asio::cancellation_type::none) {
        co_return std::move(landed);
      }
    }
  }

  void Refused(std::string_view authorization, const std::string& org) override {
    key_->Expire();
    cache_.Forget(boost::algorithm::to_lower_copy(org), authorization);
  }

 private:
  // The fetch may be under way on another thread, so it is looked at rather than woken by.
  Task<Result<std::string>> Await(std::shared_ptr<TokenCache::Flight> flight) {
    while (true) {
      co_await clock_.SleepFor(kLookInterval);
      const auto state = co_await boost::asio::this_coro::cancellation_state;
      if (state.cancelled() != boost::asio::cancellation_type::none) {
        co_return Error{ErrorCode::kCancelled, "GitHub App: cancelled while waiting", {}};
      }
      auto landed = cache_.Landed(flight);
      if (landed) co_return std::move(*landed);
    }
  }

  Task<Result<TokenCache::Token>> Fetch(http::Client& http, std::string_view endpoint,
                                        const std::string& org) {
    const auto key = key_->Content();
    if (!key) co_return key.error();
    auto jwt = SignAppJwt(app_id_, *key, clock_.Now());
    if (!jwt) co_return jwt.error();
    auto parsed = ParseEndpoint(endpoint);
    auto token = co_await AskInstallationToken(http, clock_, metrics_, std::move(parsed),
                                               std::move(*jwt), org);
    if (!token) co_return token.error();
    logger_.Info("new GitHub App installation token", {{"org", org}});
    co_return ToCached(*token);
  }

  TokenCache::Token ToCached(const InstallationToken& token) const {
    // GitHub's tokens last an hour; a wrong clock must not make one last for ever.
    const auto now = chrono::floor<chrono::seconds>(clock_.Now());
    const auto lifetime =
        std::clamp<chrono::seconds>(token.expires_at - now, chrono::seconds(0), chrono::hours(1));
    const auto expires_at = clock_.Monotonic() + lifetime;
    return {"Bearer " + token.token, expires_at - kRenewBefore, expires_at};
  }

  const std::string app_id_;
  const std::unique_ptr<WatchedFile> key_;
  Clock& clock_;
  Logger& logger_;
  metrics::Metrics& metrics_;
  TokenCache cache_;
};

Result<std::string> CheckKey(std::string pem) {
  const auto signature = SignAppJwt("0", pem, WallTime{});
  if (!signature) return signature.error();
  return pem;
}

}  // namespace

Result<std::unique_ptr<Credentials>> MakeApp(std::string_view app_id,
                                             const std::filesystem::path& key_path, Clock& clock,
                                             Logger& logger, metrics::Metrics& metrics) {
  const bool number =
      !app_id.empty() && app_id.size() <= 18 &&
      std::all_of(app_id.begin(), app_id.end(), [](char c) { return c >= '0' && c <= '9'; });
  if (!number) {
    return Error{ErrorCode::kInvalidArgument,
                 "the GitHub App id must be a number, not \"" + std::string(app_id.substr(0, 40)) +
                     "\"; it stands on the App's settings page",
                 {}};
  }
  auto key =
      std::make_unique<WatchedFile>(key_path, "the GitHub App's key", CheckKey, clock, logger);
  if (auto content = key->Content(); !content) return content.error();
  return std::unique_ptr<Credentials>(
      std::make_unique<App>(std::string(app_id), std::move(key), clock, logger, metrics));
}

}  // namespace prow_coverage::github
