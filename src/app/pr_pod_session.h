#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/kube/client.h"
#include "prow_coverage/metrics/metrics.h"

#include "pr_pod.h"
#include "quiet_logger.h"

namespace prow_coverage::app {

// The kubeconfig that the flags and the environment choose, its context resolved, and refused
// unless it looks like a development cluster.
struct DevCluster {
  std::string kubeconfig;  // path
  std::string source;      // which flag or variable named it
  kube::Cluster cluster;
};
[[nodiscard]] Result<DevCluster> OpenDevCluster(const PrPodPlace& place);

// A connection to a development cluster for the length of a verb. One thread.
class PrPodSession {
 public:
  explicit PrPodSession(DevCluster dev);

  kube::Client& kube() { return *kube_; }
  http::Client& http() { return *http_; }
  Clock& clock() { return *clock_; }
  Logger& logger() { return logger_; }
  metrics::Metrics& metrics() { return *metrics_; }
  [[nodiscard]] const DevCluster& dev() const { return dev_; }

  // Runs it to its end; nothing when SIGINT or SIGTERM came before: then the session is over, and
  // so is every further Run.
  template <class T>
  [[nodiscard]] std::optional<T> Run(Task<T> task) {
    std::optional<T> result;
    if (interrupted_) return result;
    boost::asio::co_spawn(io_, std::move(task), [&](std::exception_ptr thrown, T value) {
      if (thrown) std::rethrow_exception(thrown);
      result.emplace(std::move(value));
      io_.stop();
    });
    AwaitSignal();
    io_.restart();
    io_.run();
    signals_.cancel();
    return result;
  }

 private:
  void AwaitSignal();

  const DevCluster dev_;
  QuietLogger logger_;
  std::unique_ptr<Clock> clock_;
  std::unique_ptr<metrics::Metrics> metrics_;
  std::unique_ptr<kube::Credentials> credentials_;
  boost::asio::io_context io_{1};
  boost::asio::signal_set signals_{io_};
  bool interrupted_ = false;  // what was under way still refers to the frame of its Run
  std::unique_ptr<http::Client> http_;
  std::unique_ptr<kube::Client> kube_;
};

}  // namespace prow_coverage::app
