#include "prow_coverage/sandbox/sandbox.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "artifacts.h"
#include "control.h"
#include "front.h"
#include "git_hub.h"
#include "kube.h"
#include "plank.h"

namespace prow_coverage::sandbox {

namespace asio = boost::asio;

namespace {

using Executor = boost::asio::io_context::executor_type;

// The API server's own limit.
constexpr std::size_t kMaxKubeBody = std::size_t{3} << 20;
constexpr std::size_t kMaxConnections = 8192;

class RunningSandbox final : public Sandbox {
 public:
  RunningSandbox(Executor executor, const Options& options, Clock& clock)
      : clock_(clock),
        journal_(clock_, options.max_events),
        git_hub_(clock_, journal_, options.github_tokens, options.github_rate_limit),
        kube_(clock_, journal_, options.namespaces, options.kube_users),
        artifacts_(journal_),
        plank_(kube_.store(), kube_.hub(), artifacts_, journal_, clock_, options.deck_url),
        sender_(executor, git_hub_, journal_),
        control_(git_hub_, kube_, artifacts_, plank_, journal_, faults_, clock_, sender_),
        git_hub_front_(git_hub_, control_.router(), clock_, journal_, faults_),
        kube_front_(kube_, control_.router(), clock_, journal_, faults_),
        artifacts_front_(artifacts_, control_.router(), clock_, journal_, faults_) {}

  [[nodiscard]] Result<void> Listen(Executor executor, const Options& options, Logger& logger) {
    server::Options server;
    server.address = options.address;
    server.max_connections = kMaxConnections;
    server.port = options.github_port;
    auto git_hub = server::Listen(executor, server, git_hub_front_.Routes(), clock_, logger);
    if (!git_hub) return git_hub.error();
    server.port = options.kube_port;
    server.max_body_bytes = kMaxKubeBody;
    auto kube = server::Listen(executor, server, kube_front_.Routes(), clock_, logger);
    if (!kube) return kube.error();
    server.port = options.artifacts_port;
    auto artifacts = server::Listen(executor, server, artifacts_front_.Routes(), clock_, logger);
    if (!artifacts) return artifacts.error();
    git_hub_server_ = std::move(*git_hub);
    kube_server_ = std::move(*kube);
    artifacts_server_ = std::move(*artifacts);
    asio::co_spawn(executor, plank_.Run(), asio::detached);
    return {};
  }

  std::uint16_t github_port() const override { return git_hub_server_->port(); }
  std::uint16_t kube_port() const override { return kube_server_->port(); }
  std::uint16_t artifacts_port() const override { return artifacts_server_->port(); }

  Task<void> Stop() override {
    server::Server* const servers[] = {git_hub_server_.get(), kube_server_.get(),
                                       artifacts_server_.get()};
    for (auto* server : servers) server->Close();
    for (auto* server : servers) co_await server->Drain();
    co_await plank_.Stop();
  }

 private:
  SandboxClock clock_;
  Journal journal_;
  FaultTable faults_;
  GitHub git_hub_;
  Kube kube_;
  Artifacts artifacts_;
  Plank plank_;
  WebhookSender sender_;
  Control control_;
  Front git_hub_front_;
  Front kube_front_;
  Front artifacts_front_;
  std::unique_ptr<server::Server> git_hub_server_;
  std::unique_ptr<server::Server> kube_server_;
  std::unique_ptr<server::Server> artifacts_server_;
};

}  // namespace

Result<std::unique_ptr<Sandbox>> Start(Executor executor, const Options& options, Clock& clock,
                                       Logger& logger) {
  auto sandbox = std::make_unique<RunningSandbox>(executor, options, clock);
  if (const auto listening = sandbox->Listen(executor, options, logger); !listening) {
    return listening.error();
  }
  return sandbox;
}

}  // namespace prow_coverage::sandbox
