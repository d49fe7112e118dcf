#pragma once

#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "desk.h"
#include "job_json.h"
#include "support/fake_clock.h"
#include "support/fake_github.h"
#include "support/fake_inbox.h"
#include "support/fake_kube.h"
#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::reporter {

inline constexpr const char* kGood =
    R"({"pr_coverage": 71, "base_coverage": 70.5, "threshold": 60})";

class FakeStore final : public results::ArtifactStore {
 public:
  Result<std::string> answer = std::string(kGood);
  std::vector<std::vector<std::string>> asked;

  Task<Result<std::string>> Get(const std::vector<std::string>& elements) override {
    asked.push_back(elements);
    co_return answer;
  }
};

inline PullRequest OpenPull() {
  PullRequest pull = PullOf(kHead);
  pull.state = "open";
  pull.title = "a title";
  pull.repo_url = "https://github.com/kubevirt/project-infra";
  pull.url = pull.repo_url + "/pull/17";
  pull.head_ref = "feature";
  pull.base_ref = "main";
  pull.base_sha = kBaseSha;
  pull.author = "somebody";
  pull.author_url = "https://github.com/somebody";
  return pull;
}

class DeskTest : public ::testing::Test {
 protected:
  DeskTest() {
    github_.pull = OpenPull();
    settings_->jobs = config::JobsConfig::BuiltIn();
    settings_->deck_url = "https://deck";
  }

  void Configure(const std::string& repository) {
    settings_->jobs = config::JobsConfig::Parse(
                          "defaults: {image: i, cluster: c, namespace: n, gcs: {bucket: b}}\n"
                          "repos:\n  kubevirt/project-infra: {testPackages: ./..., " +
                              repository + "}\n",
                          "config.yaml")
                          .value();
  }

  void Put(const std::string& state, const std::string& build_id = "99", int attempt = 1) {
    auto object = JobJson(state, attempt);
    if (!build_id.empty()) object["status"]["build_id"] = build_id;
    if (attempt > 1) object["metadata"]["labels"]["event-GUID"] = "rerun-first";
    heads_.Upsert(ParsedJob(object));
    entry().verified = verified_;
  }

  Entry& entry() { return *heads_.Find(kKey); }

  // Steps until there is no more to do at once.
  Stepped Work() {
    Stepped stepped;
    boost::asio::io_context io;
    for (int i = 0; i < 20; ++i) {
      stepped = testing::RunTask(io, desk_.Step(kKey));
      if (!stepped.again) return stepped;
    }
    ADD_FAILURE() << "no end";
    return stepped;
  }

  // As the reporter counts it.
  void ExpectRefused() {
    EXPECT_TRUE(Work().error);
    if (entry().failures++ == 0) entry().failing_since = clock_.Monotonic();
  }

  std::vector<std::string> Posted() const {
    std::vector<std::string> posted;
    for (const auto& entry : github_.posted) {
      posted.push_back(std::string(github::ToString(entry.status.state)) + " " +
                       entry.status.description.substr(0, entry.status.description.find(" Base")));
    }
    return posted;
  }

  testing::FakeClock clock_;
  testing::FakeGitHub github_;
  testing::FakeKube kube_;
  testing::FakeInbox inbox_{clock_};
  testing::RecordingLogger logger_;
  FakeStore store_;
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  std::shared_ptr<handler::Settings> settings_ = std::make_shared<handler::Settings>();
  std::vector<inbox::NewDelivery> accepted_;
  bool may_write_ = true;
  bool verified_ = true;
  ReporterDeps deps_{[this] { return settings_; },
                     github_,
                     kube_,
                     store_,
                     inbox_,
                     [this](inbox::NewDelivery delivery) -> Task<Result<inbox::Stored>> {
                       accepted_.push_back(std::move(delivery));
                       co_return inbox::Stored{};
                     },
                     [this] { return may_write_; },
                     clock_,
                     logger_,
                     *metrics_};
  ReporterOptions options_;
  Heads heads_;
  Desk desk_{deps_, options_, heads_};
};

}  // namespace prow_coverage::reporter
