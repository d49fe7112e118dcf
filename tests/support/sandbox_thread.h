#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/use_future.hpp>
#include <nlohmann/json.hpp>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/sandbox/sandbox.h"

#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::testing {

// A sandbox on a thread of its own, and a way to talk to it: Call and Control block.
class SandboxThread {
 public:
  // `clock` nullptr for the system's; it must be thread-safe and outlive this.
  explicit SandboxThread(const sandbox::Options& options = {}, Clock* clock = nullptr)
      : sandbox_(sandbox::Start(server_context_.get_executor(), options,
                                clock ? *clock : *system_clock_, logger_)
                     .value()),
        thread_([this] {
          const auto work = boost::asio::make_work_guard(server_context_);
          server_context_.run();
        }) {}

  ~SandboxThread() {
    boost::asio::co_spawn(server_context_, sandbox_->Stop(), boost::asio::use_future).wait();
    server_context_.stop();
    thread_.join();
  }
  SandboxThread(const SandboxThread&) = delete;
  SandboxThread& operator=(const SandboxThread&) = delete;

  std::string github() const { return Url(sandbox_->github_port()); }
  std::string kube() const { return Url(sandbox_->kube_port()); }
  std::string artifacts() const { return Url(sandbox_->artifacts_port()); }

  Result<http::Response> Call(const std::string& method, const std::string& url,
                              const std::string& body = "", http::Headers headers = {}) {
    http::Request request;
    request.method = method;
    request.url = url;
    request.body = body;
    request.headers = std::move(headers);
    return RunTask(client_context_, client_->Send(std::move(request)));
  }

  // A call below /_sandbox; throws unless the answer is 200.
  nlohmann::json Control(const std::string& method, const std::string& path,
                         const nlohmann::json& body = nullptr) {
    const auto response =
        Call(method, github() + "/_sandbox" + path, body.is_null() ? std::string() : body.dump());
    if (!response) throw std::runtime_error(response.error().message);
    if (response->status != 200) throw std::runtime_error(response->body);
    return nlohmann::json::parse(response->body);
  }

 private:
  static std::string Url(std::uint16_t port) { return "http://127.0.0.1:" + std::to_string(port); }

  const std::unique_ptr<Clock> system_clock_ = MakeSystemClock();
  RecordingLogger logger_;
  boost::asio::io_context server_context_{1};
  const std::unique_ptr<sandbox::Sandbox> sandbox_;
  std::thread thread_;
  boost::asio::io_context client_context_{1};
  const std::unique_ptr<http::Client> client_ =
      http::MakeCurlClient(client_context_.get_executor());
};

}  // namespace prow_coverage::testing
