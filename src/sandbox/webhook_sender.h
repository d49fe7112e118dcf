#pragma once

#include <memory>

#include <boost/asio/any_io_executor.hpp>

#include "prow_coverage/http/client.h"

#include "git_hub.h"

namespace prow_coverage::sandbox {

// Sends webhooks as GitHub does.
class WebhookSender {
 public:
  WebhookSender(boost::asio::any_io_executor executor, GitHub& git_hub, Journal& journal);

  // `order`: {url, secret, event, guid, org, repo, number, action, times, payload}. The body is
  // `payload` when there is one, else made from the pull request. `times` 2 is a duplicate
  // delivery. Answers what the other side answered. Errors: kInvalidArgument.
  Task<Result<Json>> Deliver(Json order);

 private:
  [[nodiscard]] Result<std::string> Body(const Json& order);
  Task<Json> SendOnce(http::Request request);

  GitHub& git_hub_;
  Journal& journal_;
  const std::unique_ptr<http::Client> client_;
};

}  // namespace prow_coverage::sandbox
