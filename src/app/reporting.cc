#include "reporting.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <unistd.h>

#include "prow_coverage/base/uuid.h"
#include "prow_coverage/base/vital.h"

namespace prow_coverage::app {
namespace {

namespace asio = boost::asio;

constexpr const char* kLease = "prow-coverage";
constexpr auto kReleaseTime = std::chrono::seconds(2);

// A look at the Lease that takes longer is none.
kube::ClientOptions LeaseClientOptions() {
  kube::ClientOptions options;
  options.max_retries = 0;
  options.request_timeout = std::chrono::seconds(3);
  return options;
}

// A write that waits inside of a call may meet another leader's when it is sent at last: all
// waiting is the reporter's, which then looks anew. Each endpoint is still tried.
github::ClientOptions GitHubOptions(github::ClientOptions options,
                                    std::function<bool()> may_write) {
  options.max_retries = std::max(static_cast<int>(options.endpoints.size()) - 1, 0);
  options.back_off.max = std::chrono::milliseconds(0);
  options.may_write = std::move(may_write);
  return options;
}

}  // namespace

Result<std::unique_ptr<Reporting>> Reporting::Build(const ReportingDeps& deps,
                                                    const ReportingOptions& options) {
  if (auto valid = results::CheckStoreUrl(options.artifacts_url); !valid) return valid.error();
  return std::unique_ptr<Reporting>(new Reporting(deps, options));
}

Reporting::Reporting(const ReportingDeps& deps, const ReportingOptions& options)
    : http_(http::MakeCurlClient(io_.get_executor())),
      github_(github::MakeClient(GitHubOptions(deps.github, MayWrite()), *http_,
                                 deps.github_credentials, deps.github_budget, deps.clock,
                                 deps.logger, deps.metrics)),
      kube_(kube::MakeClient(deps.cluster, {}, *http_, deps.kube_credentials, deps.clock,
                             deps.logger, deps.metrics)),
      lease_kube_(kube::MakeClient(deps.cluster, LeaseClientOptions(), *http_,
                                   deps.kube_credentials, deps.clock, deps.logger, deps.metrics)),
      clock_(deps.clock),
      logger_(deps.logger) {
  results::StoreOptions store;
  store.base_url = options.artifacts_url;
  artifacts_ = results::MakeArtifactStore(std::move(store), *http_).value();
  const auto accept = [&dispatcher = deps.dispatcher](inbox::NewDelivery delivery) {
    return dispatcher.Accept(std::move(delivery));
  };
  reporter_ = reporter::MakeReporter({deps.settings, *github_, *kube_, *artifacts_, deps.inbox,
                                      accept, MayWrite(), deps.clock, deps.logger, deps.metrics},
                                     options.reporter);
  kube::ElectionOptions election;
  election.ns = deps.settings()->jobs_namespace;
  election.name = kLease;
  election.identity = options.identity;
  election_ = kube::MakeLeaderElection(
      *lease_kube_, std::move(election),
      [this](bool leading, bool alone) { reporter_->Lead(leading, alone); }, deps.clock,
      deps.logger);
}

std::function<bool()> Reporting::MayWrite() {
  return [this] { return election_->Leads(); };
}

Reporting::~Reporting() { Stop(); }

void Reporting::Start() {
  asio::co_spawn(io_, reporter_->Run(), Vital("reporter", logger_));
  asio::co_spawn(io_, election_->Run(), Vital("leader election", logger_));
  thread_ = std::thread([this] { io_.run(); });
}

void Reporting::Created(std::string object) {
  ++arriving_;
  asio::post(io_, [this, object = std::move(object)] {
    reporter_->Saw(object);
    --arriving_;
  });
}

bool Reporting::Idle() const { return arriving_ == 0 && reporter_->busy() == 0; }

void Reporting::Stop() {
  if (!thread_.joinable()) return;
  const auto release = [this]() -> Task<void> {
    co_await election_->Release();
    io_.stop();
  };
  const auto give_up = [this]() -> Task<void> {
    co_await clock_.SleepFor(kReleaseTime);
    io_.stop();
  };
  asio::co_spawn(io_, release, Vital("release of the Lease", logger_));
  asio::co_spawn(io_, give_up, Vital("time limit of the release", logger_));
  thread_.join();
}

std::string ReplicaIdentity(const std::string& inbox_path) {
  std::array<char, 256> host{};
  ::gethostname(host.data(), host.size() - 1);
  std::error_code ignored;
  const std::string store = inbox_path == ":memory:"
                                ? RandomUuid()
                                : std::filesystem::absolute(inbox_path, ignored).string();
  return std::string(host.data()) + "_" + UrlUuid(store).substr(0, 8);
}

}  // namespace prow_coverage::app
