#include "pr_pod_webhook.h"

#include <csignal>
#include <filesystem>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>
#include <stdlib.h>

#include "prow_coverage/base/uuid.h"
#include "prow_coverage/inbox/reader.h"
#include "prow_coverage/webhook/signature.h"
#include "prow_coverage/yaml/node.h"

#include "daemon.h"
#include "deliveries.h"
#include "memory_file.h"
#include "pr_pod_payload.h"
#include "pr_pod_print.h"
#include "pr_pod_session.h"
#include "pr_pod_token.h"

namespace prow_coverage::app {
namespace {

// The daemon tries again for hours; a person who watches wants to know after a moment.
constexpr std::chrono::seconds kPatience{30};
constexpr std::chrono::milliseconds kPollInterval{100};

// A directory that goes with the object, for the daemon's store.
class Scratch {
 public:
  Scratch() : path_(std::filesystem::temp_directory_path() / "prow-coverage-XXXXXX") {
    made_ = ::mkdtemp(path_.data()) != nullptr;
  }
  ~Scratch() {
    std::error_code ignored;
    if (made_) std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;

  [[nodiscard]] std::string inbox() const { return path_ + "/inbox.db"; }

 private:
  std::string path_;
  bool made_ = false;
};

// A daemon with a thread of its own, ended with the object as an operator ends one.
class RunningDaemon {
 public:
  explicit RunningDaemon(Daemon& daemon) : thread_([&daemon] { daemon.Run(); }) {}
  ~RunningDaemon() {
    std::raise(SIGTERM);
    thread_.join();
  }
  RunningDaemon(const RunningDaemon&) = delete;
  RunningDaemon& operator=(const RunningDaemon&) = delete;

 private:
  std::thread thread_;
};

ServeOptions ServeLocally(const PrPodOptions& options, const DevCluster& dev,
                          const Scratch& scratch) {
  ServeOptions serve;
  serve.address = "127.0.0.1";
  serve.port = serve.health_port = serve.metrics_port = 0;
  serve.inbox = scratch.inbox();
  serve.github_endpoints = {options.github_endpoint};
  serve.github_max_404_retries = 0;
  serve.github_token_path = "";
  serve.kubeconfig = dev.kubeconfig;
  serve.kube_context = dev.cluster.context;
  serve.jobs_namespace = dev.cluster.ns;
  serve.config = options.config.empty() ? std::optional<std::string>("") : options.config;
  serve.print_statuses = !options.post_statuses;
  return serve;
}

http::Request Signed(const std::string& url, const std::string& secret, const std::string& guid,
                     std::string payload) {
  http::Request request;
  request.method = "POST";
  request.url = url;
  request.headers = {{"Content-Type", "application/json"},
                     {"X-GitHub-Event", "pull_request"},
                     {"X-GitHub-Delivery", guid},
                     {"X-Hub-Signature-256", webhook::Sign(secret, payload)}};
  request.body = std::move(payload);
  return request;
}

// Waits for the decision; what there is when patience is over.
Result<inbox::Delivery> AwaitDecision(const std::string& path, const std::string& guid) {
  auto reader = inbox::OpenReader(path);
  if (!reader) return reader.error();
  const auto deadline = std::chrono::steady_clock::now() + kPatience;
  for (;;) {
    auto delivery = (*reader)->Find(guid);
    const bool over = std::chrono::steady_clock::now() > deadline;
    if (!delivery || over || delivery->state == inbox::State::kDone ||
        delivery->state == inbox::State::kDead) {
      return delivery;
    }
    std::this_thread::sleep_for(kPollInterval);
  }
}

int ShowTrace(const std::string& inbox, const std::string& guid) {
  DeliveriesOptions show;
  show.inbox = inbox;
  show.command = DeliveriesOptions::Command::kShow;
  show.key = guid;
  return Deliveries(show);
}

// The ProwJob as the cluster has it now.
int ShowJob(PrPodSession& session, const std::string& name) {
  const kube::Resource jobs{"prow.k8s.io", "v1", "prowjobs", session.dev().cluster.ns};
  const auto job = session.Run(session.kube().Get(jobs, name));
  if (!job) return 130;
  if (!*job) return PrPodFail(job->error().message);
  const auto object = nlohmann::ordered_json::parse(**job, nullptr, false);
  PrPodSay("---\n" + yaml::Emit(object));
  return 0;
}

// Sends, waits, shows.
int Deliver(PrPodSession& session, const ServeOptions& serve, std::uint16_t port,
            const std::string& secret, std::string payload) {
  const std::string guid = RandomUuid();
  const std::string url = "http://127.0.0.1:" + std::to_string(port) + serve.endpoint;
  const auto answer =
      session.Run(session.http().Send(Signed(url, secret, guid, std::move(payload))));
  if (!answer) return 130;
  if (!*answer) return PrPodFail(answer->error().message);
  PrPodSay("webhook " + guid + " answered " + std::to_string((*answer)->status) + " " +
           (*answer)->body);
  if ((*answer)->status != 200) return 1;
  const auto delivery = AwaitDecision(*serve.inbox, guid);
  if (!delivery)
    return PrPodFail("nothing to do, so nothing was stored: " + delivery.error().message);
  if (const int code = ShowTrace(*serve.inbox, guid); code != 0) return code;
  if (delivery->state != inbox::State::kDone) {
    return PrPodFail("no decision that lasts after " + std::to_string(kPatience.count()) +
                     " s: " + delivery->detail);
  }
  return delivery->job_name.empty() ? 1 : ShowJob(session, delivery->job_name);
}

}  // namespace

int PrPodSimulateWebhook(const PrPodOptions& options) {
  const auto token = PrPodToken(options);
  if (!token) return PrPodFail(token.error().message);
  auto dev = OpenDevCluster(options.place);
  if (!dev) return PrPodFail(dev.error().message);
  PrPodSession session(*dev);
  auto payload = WebhookPayload(options, token->value, session);
  if (!payload) return PrPodFail(payload.error().message);

  const std::string secret = RandomUuid();
  const auto secret_file = MemoryFile::Make(secret);
  const auto token_file = MemoryFile::Make(token->value);
  if (!secret_file || !token_file) return PrPodFail("no memory file to keep the secrets in");
  const Scratch scratch;
  ServeOptions serve = ServeLocally(options, *dev, scratch);
  serve.hmac_secret_file = secret_file->path();
  if (!token->value.empty()) serve.github_token_path = token_file->path();
  QuietLogger logger;
  auto daemon = Daemon::Build(serve, logger);
  if (!daemon) return PrPodFail(daemon.error().message);
  const RunningDaemon running(**daemon);
  return Deliver(session, serve, (*daemon)->port(), secret, std::move(*payload));
}

}  // namespace prow_coverage::app
