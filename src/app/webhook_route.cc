#include "webhook_route.h"

#include <memory>
#include <utility>

#include "prow_coverage/handler/interest.h"
#include "prow_coverage/pull_request/repo_name.h"
#include "prow_coverage/webhook/ingress.h"

#include "text_reply.h"

namespace prow_coverage::app {
namespace {

// Prow's hook logs it; the Go plugin says the same.
constexpr std::string_view kThanks = "Event received. Have a nice day.";

constexpr std::chrono::seconds kRetryAfter{5};

webhook::Headers HeadersOf(const server::Request& request) {
  return {request.header("X-GitHub-Event"), request.header("X-GitHub-Delivery"),
          request.header("X-Hub-Signature-256"), request.header("Content-Type")};
}

class Ingress {
 public:
  explicit Ingress(WebhookDeps deps) : deps_(std::move(deps)) {}

  Task<server::Reply> Handle(server::Request& request) {
    const auto headers = HeadersOf(request);
    if (auto refusal = webhook::CheckHeaders(headers)) co_return Refuse(headers, *refusal);
    auto body = co_await request.ReadBody();
    if (!body) co_return Unread(headers, body.error());
    const auto secrets = deps_.secrets.Current();
    auto envelope = webhook::CheckBody(headers, *body, *secrets);
    if (!envelope) co_return Refuse(headers, envelope.error());
    deps_.metrics.Add(metrics::Metric::kWebhooks, {*headers.event});
    if (const auto reason = handler::NotOurs(*headers.event, *envelope, *deps_.settings())) {
      Ignored(headers, *envelope, *reason);
      if (deps_.keep_ignored != nullptr) {
        auto delivery = ToDelivery(headers, *envelope, std::move(*body));
        co_await Keep(std::move(delivery), *reason);
      }
      co_return TextReply(200, std::string(kThanks));
    }
    auto delivery = ToDelivery(headers, *envelope, std::move(*body));
    co_return co_await Accept(std::move(delivery));
  }

 private:
  static inbox::NewDelivery ToDelivery(const webhook::Headers& headers,
                                       const webhook::Envelope& envelope, std::string body) {
    inbox::NewDelivery delivery;
    delivery.guid = *headers.delivery;
    delivery.event_type = *headers.event;
    delivery.action = envelope.action;
    const auto repository = SplitRepoName(envelope.repository).value_or(RepoParts{});
    delivery.org = repository.org;
    delivery.repo = repository.repo;
    // A payload that cannot be read in full is stored as well: it ends as a dead letter that says
    // why.
    if (const auto event = webhook::ParsePullRequestEvent(body)) {
      delivery.number = event->pull.number;
      delivery.head_sha = event->pull.head_sha;
    }
    delivery.body = std::move(body);
    return delivery;
  }

  Task<server::Reply> Accept(inbox::NewDelivery delivery) {
    const std::string guid = delivery.guid;
    const std::string repository = RepoName(delivery.org, delivery.repo);
    const auto stored = co_await deps_.dispatcher.Accept(std::move(delivery));
    if (!stored) co_return NotStored(guid, repository, stored.error());
    if (stored->kind == inbox::Stored::Kind::kDuplicate) {
      Decided(guid, "pull_request", repository, handler::Reason::kDuplicateDelivery);
    }
    co_return TextReply(200, std::string(kThanks));
  }

  // The answer does not depend on it: what needs nothing loses nothing.
  Task<void> Keep(inbox::NewDelivery delivery, handler::Reason reason) {
    const std::string guid = delivery.guid;
    std::string name(handler::Info(reason).name);
    const auto kept = co_await deps_.keep_ignored->Keep(std::move(delivery), std::move(name));
    if (kept) co_return;
    deps_.logger.Warning("an ignored delivery was not kept",
                         {{"event-GUID", guid}, {"error", kept.error().message}});
  }

  server::Reply NotStored(const std::string& guid, const std::string& repository,
                          const Error& error) {
    if (error.code == ErrorCode::kConflict) {
      Decided(guid, "pull_request", repository, handler::Reason::kConflictingRedelivery);
      return TextReply(409, error.message);
    }
    deps_.logger.Error(
        "not accepted: the sender is told to try again",
        {{"event-GUID", guid}, {"repository", repository}, {"error", error.message}});
    auto reply = TextReply(503, "cannot accept the delivery now: " + error.message);
    reply.retry_after = kRetryAfter;
    return reply;
  }

  server::Reply Unread(const webhook::Headers& headers, const Error& error) {
    auto reply = server::ReplyToBodyError(error);
    LogRefusal(headers, reply.status, error.message);
    return reply;
  }

  server::Reply Refuse(const webhook::Headers& headers, const webhook::Refusal& refusal) {
    LogRefusal(headers, refusal.status, refusal.text);
    return TextReply(refusal.status, refusal.text);
  }

  void LogRefusal(const webhook::Headers& headers, int status, const std::string& why) {
    deps_.logger.Warning("webhook refused", {{"event-GUID", headers.delivery.value_or("")},
                                             {"event-type", headers.event.value_or("")},
                                             {"status", status},
                                             {"error", why}});
  }

  void Ignored(const webhook::Headers& headers, const webhook::Envelope& envelope,
               handler::Reason reason) {
    Decided(*headers.delivery, *headers.event, envelope.repository, reason, envelope.action);
  }

  void Decided(std::string_view guid, std::string_view event, std::string_view repository,
               handler::Reason reason, std::string_view action = {}) {
    const auto& info = handler::Info(reason);
    deps_.metrics.Add(metrics::Metric::kDecisions, {info.name});
    deps_.logger.Info(info.sentence, {{"event-GUID", guid},
                                      {"event-type", event},
                                      {"action", action},
                                      {"repository", repository},
                                      {"reason", info.name}});
  }

  const WebhookDeps deps_;
};

}  // namespace

server::Route WebhookRoute(const std::string& endpoint, WebhookDeps deps) {
  auto ingress = std::make_shared<Ingress>(std::move(deps));
  return {"POST", endpoint,
          [ingress](server::Request& request) { return ingress->Handle(request); }};
}

}  // namespace prow_coverage::app
