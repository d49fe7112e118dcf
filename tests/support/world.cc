#include "support/world.h"

#include <algorithm>
#include <stdexcept>

#include <boost/asio/io_context.hpp>

#include "prow_coverage/http/client.h"
#include "prow_coverage/webhook/signature.h"

#include "support/run_task.h"

namespace prow_coverage::testing {
namespace {

http::Response Send(http::Request request) {
  boost::asio::io_context io;
  const auto client = http::MakeCurlClient(io.get_executor());
  return RunTask(io, client->Send(std::move(request))).value();
}

nlohmann::json Call(const std::string& method, const std::string& url, const nlohmann::json& body) {
  http::Request request;
  request.method = method;
  request.url = url;
  request.headers = {
      {"Content-Type", method == "PATCH" ? "application/merge-patch+json" : "application/json"}};
  if (!body.is_null()) request.body = body.dump();
  const auto response = Send(std::move(request));
  if (response.status / 100 != 2) {
    throw std::runtime_error(method + " " + url + ": " + std::to_string(response.status) + " " +
                             response.body);
  }
  return nlohmann::json::parse(response.body, nullptr, false);
}

std::string Loopback(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

}  // namespace

World::World() {
  sandbox_ = std::make_unique<Process>(std::vector<std::string>{
      Binary("prow-coverage-sandbox"), "--kubeconfig-file", (dir_.path() / "kubeconfig").string()});
  if (!Eventually([this] { return NumberAfter(sandbox_->Out(), "kube_port") != 0; })) {
    throw std::runtime_error("the sandbox does not start: " + sandbox_->Err());
  }
  github_url_ = Loopback(NumberAfter(sandbox_->Out(), "github_port"));
  kube_url_ = Loopback(NumberAfter(sandbox_->Out(), "kube_port"));
  artifacts_url_ = Loopback(NumberAfter(sandbox_->Out(), "artifacts_port"));
  dir_.Write("hmac", kSecret);
  dir_.Write("token", "a-token");
}

std::string World::Binary(const std::string& name) { return PROW_COVERAGE_BIN "/" + name; }

std::unique_ptr<Process> World::StartDaemon(const std::vector<std::string>& more,
                                            const std::vector<std::string>& environment) {
  auto daemon = LaunchDaemon(more, environment);
  daemon->AwaitErr("\"msg\":\"serving\"");
  return daemon;
}

std::unique_ptr<Process> World::LaunchDaemon(const std::vector<std::string>& more,
                                             const std::vector<std::string>& environment) {
  const auto file = [this](const std::string& name) { return (dir_.path() / name).string(); };
  std::vector<std::string> arguments = {Binary("prow-coverage"),
                                        "--address=127.0.0.1",
                                        "--port=0",
                                        "--health-port=0",
                                        "--metrics-port=0",
                                        "--hmac-secret-file=" + file("hmac"),
                                        "--github-token-path=" + file("token"),
                                        "--github-endpoint=" + github_url_,
                                        "--github-client.initial-delay=10ms",
                                        "--kubeconfig=" + file("kubeconfig")};
  const bool own_inbox = std::none_of(more.begin(), more.end(), [](const std::string& argument) {
    return argument.starts_with("--inbox=") || argument == "--dry-run";
  });
  if (own_inbox) {
    arguments.push_back("--inbox=" + file("inbox-" + std::to_string(++daemons_) + ".db"));
  }
  arguments.insert(arguments.end(), more.begin(), more.end());
  return std::make_unique<Process>(std::move(arguments), "", environment);
}

nlohmann::json World::GitHub(const std::string& method, const std::string& path,
                             const nlohmann::json& body) {
  return Call(method, github_url_ + path, body);
}

nlohmann::json World::Kube(const std::string& method, const std::string& path,
                           const nlohmann::json& body) {
  return Call(method, kube_url_ + path, body);
}

nlohmann::json World::PutPull(int number, const std::vector<std::string>& files) {
  return GitHub("PUT", "/_sandbox/pulls",
                {{"org", "kubevirt"},
                 {"repo", "project-infra"},
                 {"number", number},
                 {"title", "change " + std::to_string(number)},
                 {"files", files}});
}

std::vector<int> World::Deliver(const Process& daemon, int number, const std::string& guid,
                                const std::string& action, int times) {
  const auto answer = GitHub("POST", "/_sandbox/deliver",
                             {{"url", Loopback(WebhookPort(daemon)) + "/"},
                              {"secret", kSecret},
                              {"event", "pull_request"},
                              {"action", action},
                              {"org", "kubevirt"},
                              {"repo", "project-infra"},
                              {"number", number},
                              {"guid", guid},
                              {"times", times}});
  std::vector<int> statuses;
  for (const auto& entry : answer["answers"]) statuses.push_back(entry["status"]);
  return statuses;
}

void World::Plank(const nlohmann::json& scenarios) { GitHub("POST", "/_sandbox/plank", scenarios); }

nlohmann::json World::Jobs() {
  return Kube("GET", "/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs")["items"];
}

nlohmann::json World::Statuses() { return GitHub("GET", "/_sandbox/statuses"); }

std::uint16_t WebhookPort(const Process& daemon) { return NumberAfter(daemon.Err(), "port"); }
std::uint16_t HealthPort(const Process& daemon) { return NumberAfter(daemon.Err(), "health_port"); }
std::uint16_t MetricsPort(const Process& daemon) {
  return NumberAfter(daemon.Err(), "metrics_port");
}

std::pair<int, std::string> Get(const std::string& url) {
  http::Request request;
  request.url = url;
  const auto response = Send(std::move(request));
  return {response.status, response.body};
}

std::pair<int, std::string> Get(std::uint16_t port, const std::string& path) {
  return Get(Loopback(port) + path);
}

std::string SignedRequest(const std::string& body, const std::string& guid,
                          const std::vector<std::pair<std::string, std::string>>& headers) {
  std::vector<std::pair<std::string, std::string>> all = {
      {"Host", "hook"},
      {"Content-Type", "application/json"},
      {"X-GitHub-Event", "pull_request"},
      {"X-GitHub-Delivery", guid},
      {"X-Hub-Signature-256", webhook::Sign(World::kSecret, body)},
      {"Content-Length", std::to_string(body.size())}};
  for (const auto& header : headers) {
    std::erase_if(all, [&](const auto& known) { return known.first == header.first; });
    if (!header.second.empty()) all.push_back(header);
  }
  std::string text = "POST / HTTP/1.1\r\n";
  for (const auto& [name, value] : all) text += name + ": " + value + "\r\n";
  return text + "\r\n" + body;
}

}  // namespace prow_coverage::testing
