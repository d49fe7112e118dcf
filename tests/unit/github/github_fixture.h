#pragma once

#include <algorithm>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include "prow_coverage/github/client.h"

#include "support/fake_clock.h"
#include "support/fake_http_client.h"
#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::github {

// Credentials that hand out the given headers one after the other: a refused one is followed by the
// next; the last one stays.
class FakeCredentials final : public Credentials {
 public:
  std::vector<Result<std::string>> headers{std::string("Bearer secret")};
  std::vector<std::string> refused;
  std::function<void()> when_asked = [] {};

  Task<Result<std::string>> Authorization(http::Client&, std::string_view,
                                          const std::string&) override {
    when_asked();
    co_return headers[std::min(refused.size(), headers.size() - 1)];
  }
  void Refused(std::string_view authorization, const std::string&) override {
    refused.emplace_back(authorization);
  }
};

// A client of a GitHub that answers what the test tells it to.
struct GitHubFixture : ::testing::Test {
  boost::asio::io_context context;
  testing::FakeClock clock;
  testing::RecordingLogger logger;
  testing::FakeHttpClient http;
  FakeCredentials credentials;
  HostBudget budget;
  std::unique_ptr<metrics::Metrics> metrics = metrics::MakePrometheusMetrics();
  ClientOptions options;

  std::unique_ptr<Client> MakeTheClient() {
    return MakeClient(options, http, credentials, budget, clock, logger, *metrics);
  }

  template <class T>
  T Run(Task<T> task) {
    return testing::RunTask(context, std::move(task));
  }

  std::string HeaderOf(std::size_t request, std::string_view name) const {
    for (const auto& [key, value] : http.requests.at(request).headers) {
      if (key == name) return value;
    }
    return "";
  }
};

}  // namespace prow_coverage::github
