#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include <gtest/gtest.h>

#include "prow_coverage/kube/client.h"

#include "support/fake_clock.h"
#include "support/fake_http_client.h"
#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::kube {

inline const Resource kJobs{"prow.k8s.io", "v1", "prowjobs", "jobs"};
inline constexpr char kJobsUrl[] = "https://h:6443/apis/prow.k8s.io/v1/namespaces/jobs/prowjobs";

// Bearer "t1", after a refusal "t2" and so on.
class CountingCredentials final : public Credentials {
 public:
  int refused = 0;
  std::optional<Error> error;

  Result<Identity> Current() override {
    if (error) return *error;
    return Identity{"Bearer t" + std::to_string(refused + 1), tls_};
  }
  void Refused(const Identity&) override { ++refused; }

  std::shared_ptr<const http::Tls> tls_ = std::make_shared<const http::Tls>();
};

// A client of https://h:6443 over a network that answers as told.
class ClientTest : public ::testing::Test {
 protected:
  ClientTest() { cluster_.server = "https://h:6443"; }

  Client& client() {
    if (!client_) {
      client_ = MakeClient(cluster_, options_, http_, credentials_, clock_, logger_, *metrics_);
    }
    return *client_;
  }
  template <class T>
  T Run(Task<T> task) {
    return prow_coverage::testing::RunTask(context_, std::move(task));
  }
  const http::Request& request(std::size_t index = 0) const { return http_.requests.at(index); }

  boost::asio::io_context context_;
  prow_coverage::testing::FakeHttpClient http_;
  prow_coverage::testing::FakeClock clock_;
  prow_coverage::testing::RecordingLogger logger_;
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  CountingCredentials credentials_;
  Cluster cluster_;
  ClientOptions options_;
  std::unique_ptr<Client> client_;
};

}  // namespace prow_coverage::kube
