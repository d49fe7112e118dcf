#include "prow_coverage/server/server.h"

#include <algorithm>

#include "connection_set.h"
#include "listener.h"
#include "server_context.h"

namespace prow_coverage::server {
namespace {

class ListeningServer final : public Server {
 public:
  ListeningServer(std::shared_ptr<ServerContext> context, std::shared_ptr<Listener> listener)
      : context_(std::move(context)), listener_(std::move(listener)) {
    listener_->Start();
  }
  ~ListeningServer() override { Close(); }
  ListeningServer(const ListeningServer&) = delete;
  ListeningServer& operator=(const ListeningServer&) = delete;

  std::uint16_t port() const override { return listener_->port(); }
  std::size_t connections() const override { return context_->connections->size(); }

  Task<void> Drain() override {
    listener_->AcceptPending();
    listener_->Close();
    context_->draining = true;
    context_->connections->StopIdle();
    const auto connections = context_->connections;  // outlives this object
    co_await connections->WaitUntilEmpty();
  }

  void Close() override {
    listener_->Close();
    context_->draining = true;
    context_->connections->AbortAll();
  }

 private:
  const std::shared_ptr<ServerContext> context_;
  const std::shared_ptr<Listener> listener_;
};

}  // namespace

Result<std::unique_ptr<Server>> Listen(boost::asio::io_context::executor_type executor,
                                       Options options, std::vector<Route> routes,
                                       const Clock& clock, Logger& logger,
                                       std::function<void(int status)> on_reply) {
  auto connections = std::make_shared<ConnectionSet>(executor, options);
  const BodyBudget budget(std::max(options.max_body_bytes, options.max_total_body_bytes));
  auto context = std::make_shared<ServerContext>(
      ServerContext{executor, std::move(options), Router(std::move(routes)), DateField(clock),
                    logger, std::move(on_reply), std::move(connections), budget});
  auto listener = Listener::Open(context);
  if (!listener) return listener.error();
  return std::make_unique<ListeningServer>(std::move(context), std::move(*listener));
}

}  // namespace prow_coverage::server
