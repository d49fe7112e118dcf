#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/process.h"
#include "support/temp_dir.h"

namespace prow_coverage::testing {

// The sandbox as a process, and daemons that work against it: what the integration tests run in.
class World {
 public:
  static constexpr const char* kSecret = "integration-secret";

  World();

  // Starts a daemon and waits until it serves. Each has an inbox of its own unless `more` names
  // one.
  std::unique_ptr<Process> StartDaemon(const std::vector<std::string>& more = {},
                                       const std::vector<std::string>& environment = {});

  // The same without the wait: for one that may not come so far.
  std::unique_ptr<Process> LaunchDaemon(const std::vector<std::string>& more = {},
                                        const std::vector<std::string>& environment = {});

  // A call to the sandbox; `path` begins with /_sandbox/ or is one of the fake hosts'. Throws
  // unless the answer is 2xx.
  nlohmann::json GitHub(const std::string& method, const std::string& path,
                        const nlohmann::json& body = nullptr);
  nlohmann::json Kube(const std::string& method, const std::string& path,
                      const nlohmann::json& body = nullptr);

  // Makes a pull request of kubevirt/project-infra and answers it as the sandbox has it.
  nlohmann::json PutPull(int number, const std::vector<std::string>& files);

  // Has the sandbox send the signed webhook; answers the HTTP statuses of all times.
  std::vector<int> Deliver(const Process& daemon, int number, const std::string& guid,
                           const std::string& action = "opened", int times = 1);

  // What becomes of the ProwJobs: a scenario or an array of them (docs/sandbox.md).
  void Plank(const nlohmann::json& scenarios);

  nlohmann::json Jobs();      // items of the list
  nlohmann::json Statuses();  // all that were posted, in order

  std::string github_url() const { return github_url_; }
  std::string kube_url() const { return kube_url_; }
  // What stands before "<bucket>/<object>".
  std::string artifacts_url() const { return artifacts_url_; }
  const TempDir& dir() const { return dir_; }
  static std::string Binary(const std::string& name);

 private:
  TempDir dir_;
  std::unique_ptr<Process> sandbox_;
  std::string github_url_;
  std::string kube_url_;
  std::string artifacts_url_;
  int daemons_ = 0;
};

// Ports of a daemon, from its log.
std::uint16_t WebhookPort(const Process& daemon);
std::uint16_t HealthPort(const Process& daemon);
std::uint16_t MetricsPort(const Process& daemon);

// A GET, on loopback where only a port is given: status and body.
std::pair<int, std::string> Get(const std::string& url);
std::pair<int, std::string> Get(std::uint16_t port, const std::string& path);

// The signed request for a payload as text, ready for RawHttpClient; `headers` replace or, with an
// empty value, remove those of the same name.
std::string SignedRequest(const std::string& body, const std::string& guid,
                          const std::vector<std::pair<std::string, std::string>>& headers = {});

// Waits, half a minute at most, until `condition` holds; false when it never did.
template <class Condition>
bool Eventually(Condition condition, std::chrono::seconds limit = std::chrono::seconds(30)) {
  const auto deadline = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > deadline) return false;
    ::usleep(5000);
  }
  return true;
}

}  // namespace prow_coverage::testing
