#include "webhook_sender.h"

#include <algorithm>
#include <utility>

#include "prow_coverage/base/uuid.h"
#include "prow_coverage/webhook/signature.h"

#include "sha.h"

namespace prow_coverage::sandbox {
namespace {

Error BadDelivery(const std::string& what) {
  return {ErrorCode::kInvalidArgument, "deliver: " + what, {}};
}

std::string OrElse(const std::string& text, const char* otherwise) {
  return text.empty() ? otherwise : text;
}

std::int64_t Number(const Json& order, const char* key) {
  const Json& member = Member(order, key);
  return member.is_number_integer() ? member.get<std::int64_t>() : 0;
}

http::Request MakeRequest(const Json& order, const std::string& guid, std::string body) {
  http::Request request;
  request.method = "POST";
  request.url = Text(order, "url");
  request.headers = {{"User-Agent", "GitHub-Hookshot/5aa0f1c"},
                     {"Content-Type", "application/json"},
                     {"Accept", "*/*"},
                     {"X-GitHub-Event", OrElse(Text(order, "event"), "pull_request")},
                     {"X-GitHub-Delivery", guid},
                     {"X-GitHub-Hook-ID", "292430182"},
                     {"X-GitHub-Hook-Installation-Target-Type", "organization"},
                     {"X-Hub-Signature-256", webhook::Sign(Text(order, "secret"), body)}};
  request.body = std::move(body);
  request.timeout = std::chrono::seconds(10);  // GitHub's own patience
  return request;
}

}  // namespace

WebhookSender::WebhookSender(boost::asio::any_io_executor executor, GitHub& git_hub,
                             Journal& journal)
    : git_hub_(git_hub), journal_(journal), client_(http::MakeCurlClient(std::move(executor))) {}

Task<Result<Json>> WebhookSender::Deliver(Json order) {
  auto body = Body(order);
  if (!body) co_return body.error();
  std::string guid = Text(order, "guid");
  if (guid.empty()) guid = RandomUuid();
  const http::Request request = MakeRequest(order, guid, std::move(*body));
  const auto times = std::clamp<std::int64_t>(Number(order, "times"), 1, 1000);
  Json answers = Json::array();
  for (std::int64_t i = 0; i < times; ++i) {
    Json answer = co_await SendOnce(request);
    answers.push_back(std::move(answer));
  }
  Json result;
  result["guid"] = guid;
  result["bytes"] = request.body.size();
  result["answers"] = std::move(answers);
  co_return Ok(std::move(result));
}

Result<std::string> WebhookSender::Body(const Json& order) {
  if (!order.is_object() || Text(order, "url").empty()) return BadDelivery("url is missing");
  const Json& payload = Member(order, "payload");
  if (payload.is_string()) return payload.get<std::string>();
  if (!payload.is_null()) return Dump(payload);
  const auto* repository = git_hub_.store().Find(Text(order, "org"), Text(order, "repo"));
  const std::int64_t number = Number(order, "number");
  if (repository == nullptr || !repository->pulls.contains(number)) {
    return BadDelivery("there is no such pull request");
  }
  const PullRecord& pull = repository->pulls.at(number);
  const std::string action = OrElse(Text(order, "action"), "opened");
  const std::string before = action == "synchronize" ? ShaOf(pull.head_sha) : "";
  return git_hub_.text().PullEvent(*repository, pull, action, before);
}

Task<Json> WebhookSender::SendOnce(http::Request request) {
  const std::string guid = request.headers[4].second;
  const auto response = co_await client_->Send(std::move(request));
  journal_.Add(Journal::Kind::kDelivery, Host::kGitHub, 0,
               response ? "delivery " + guid : "delivery " + guid + ": " + response.error().message,
               response ? response->status : 0);
  Json answer;
  if (response) {
    answer["status"] = response->status;
    answer["body"] = response->body;
  } else {
    answer["error"] = response.error().message;
  }
  co_return answer;
}

}  // namespace prow_coverage::sandbox
