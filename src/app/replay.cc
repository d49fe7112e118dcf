#include "replay.h"

#include <cstdio>
#include <optional>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <nlohmann/json.hpp>

#include "prow_coverage/base/file.h"
#include "prow_coverage/base/uuid.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/pull_request/repo_name.h"
#include "prow_coverage/webhook/event.h"
#include "prow_coverage/webhook/secrets.h"
#include "prow_coverage/webhook/signature.h"

#include "input.h"

namespace prow_coverage::app {
namespace {

bool Complain(const std::string& message) {
  std::fprintf(stderr, "prow-coverage replay: %s\n", message.c_str());
  return false;
}

// GitHub names the event in a header alone; these members tell it.
struct Mark {
  const char* event;
  const char* members[2];
};

constexpr Mark kMarks[] = {
    {"ping", {"zen", "hook_id"}},
    {"push", {"ref", "commits"}},
    {"issue_comment", {"issue", "comment"}},
    {"pull_request_review", {"pull_request", "review"}},
    {"pull_request_review_comment", {"pull_request", "comment"}},
    {"pull_request", {"pull_request", "number"}},
};

// "" when nothing tells.
std::string EventOf(const std::string& body) {
  const auto payload = nlohmann::json::parse(body, nullptr, false);
  for (const Mark& mark : kMarks) {
    if (payload.contains(mark.members[0]) && payload.contains(mark.members[1])) return mark.event;
  }
  return "";
}

// As GitHub sends it; the sha1 header is there for receivers of old.
http::Request ToRequest(const ReplayOptions& options, const std::string& event,
                        const std::string& secret, const std::string& guid, std::string body) {
  http::Request request;
  request.method = "POST";
  request.url = options.url;
  request.headers = {{"Content-Type", "application/json"},
                     {"User-Agent", "GitHub-Hookshot/prow-coverage"},
                     {"Accept", "*/*"},
                     {"X-GitHub-Event", event},
                     {"X-GitHub-Delivery", guid},
                     {"X-Hub-Signature-256", webhook::Sign(secret, body)}};
  request.body = std::move(body);
  return request;
}

Result<http::Response> Send(http::Request request) {
  boost::asio::io_context io;
  std::optional<Result<http::Response>> answer;
  {
    const auto client = http::MakeCurlClient(io.get_executor());
    boost::asio::co_spawn(
        io,
        [&]() -> Task<void> {
          answer.emplace(co_await client->Send(std::move(request)));
          io.stop();
        },
        [](std::exception_ptr thrown) {
          if (thrown) std::rethrow_exception(thrown);
        });
    io.run();
  }
  return std::move(*answer);
}

bool ReplayOne(const ReplayOptions& options, const webhook::Secrets& secrets,
               const std::string& file) {
  auto body = ReadInput(file);
  if (!body) return Complain(body.error().message);
  const auto envelope = webhook::ParseEnvelope(*body);
  if (!envelope) return Complain(file + ": " + envelope.error().message);
  const std::string event = options.event.empty() ? EventOf(*body) : options.event;
  if (event.empty()) {
    return Complain(file + ": its members do not tell which event it is, name it with --event");
  }
  const auto repository = SplitRepoName(envelope->repository).value_or(RepoParts{});
  const auto candidates = secrets.For(envelope->org, repository.repo);
  if (candidates.empty()) {
    return Complain(file + ": " + options.hmac_secret_file + " has no secret for " +
                    envelope->repository);
  }
  const std::string guid = options.guid.empty() ? RandomUuid() : options.guid;
  auto answer = Send(ToRequest(options, event, candidates.front(), guid, std::move(*body)));
  if (!answer) return Complain(file + ": " + answer.error().message);
  std::printf("%s  %s  GUID %s  %d  %s\n", file.c_str(), event.c_str(), guid.c_str(),
              answer->status, answer->body.c_str());
  return answer->status / 100 == 2;
}

}  // namespace

void AddReplayFlags(CLI::App& command, ReplayOptions& options) {
  command.add_option("--url", options.url, "where to send")->capture_default_str();
  command.add_option("--hmac-secret-file", options.hmac_secret_file, "as for serve")
      ->capture_default_str();
  command.add_option("--event", options.event, "X-GitHub-Event; default: what the payload tells");
  command.add_option("--guid", options.guid, "X-GitHub-Delivery; default: a fresh one");
  command.add_option("FILE", options.files, "payload files, or - for standard input")->required();
}

int Replay(const ReplayOptions& options) {
  http::GlobalInit();
  const auto text = ReadFile(options.hmac_secret_file);
  if (!text) {
    Complain(text.error().message);
    return 1;
  }
  const auto secrets = webhook::Secrets::Parse(*text);
  if (!secrets) {
    Complain(options.hmac_secret_file + ": " + secrets.error().message);
    return 1;
  }
  bool all = true;
  for (const auto& file : options.files) all = ReplayOne(options, *secrets, file) && all;
  return all ? 0 : 1;
}

}  // namespace prow_coverage::app
