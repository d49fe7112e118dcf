// What a closed pull request leads to.

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/handler/handler.h"
#include "prow_coverage/prow/prow_job.h"

#include "support/fake_clock.h"
#include "support/fake_github.h"
#include "support/fake_inbox.h"
#include "support/fake_kube.h"
#include "support/recording_logger.h"

namespace prow_coverage::handler {
namespace {

using ::testing::Contains;
using ::testing::IsEmpty;
using Json = nlohmann::ordered_json;

PullRequest ClosedPull() {
  PullRequest pull;
  pull.org = "kubevirt";
  pull.repo = "project-infra";
  pull.repo_url = "https://github.com/kubevirt/project-infra";
  pull.number = 17;
  pull.url = pull.repo_url + "/pull/17";
  pull.state = "closed";
  pull.author = "somebody";
  pull.author_url = "https://github.com/somebody";
  pull.head_sha = std::string(40, 'a');
  pull.head_ref = "feature";
  pull.base_ref = "main";
  pull.base_sha = std::string(40, 'b');
  return pull;
}

std::string Event(const PullRequest& pull) {
  const Json repository = {{"full_name", RepoName(pull)}};
  const Json base_repo = {
      {"owner", {{"login", pull.org}}}, {"name", pull.repo}, {"html_url", pull.repo_url}};
  return Json({{"action", "closed"},
               {"number", pull.number},
               {"repository", repository},
               {"pull_request",
                {{"number", pull.number},
                 {"title", ""},
                 {"html_url", pull.url},
                 {"state", "closed"},
                 {"user", {{"login", "somebody"}, {"html_url", pull.author_url}}},
                 {"head", {{"sha", pull.head_sha}, {"ref", pull.head_ref}}},
                 {"base", {{"sha", pull.base_sha}, {"ref", "main"}, {"repo", base_repo}}}}}})
      .dump();
}

class AbortTest : public ::testing::Test {
 protected:
  AbortTest() {
    settings_->jobs = config::JobsConfig::BuiltIn();
    settings_->jobs_namespace = "jobs";
    github_.pull = ClosedPull();
  }

  std::string Name(int attempt) const {
    return prow::JobName("https://github.com", ClosedPull(), attempt);
  }

  void PutJob(int attempt, const std::string& state) {
    kube_.objects[Name(attempt)] = {{"metadata", {{"name", Name(attempt)}}},
                                    {"status", {{"state", state}}}};
  }

  Json StatusOf(int attempt) { return kube_.objects[Name(attempt)]["status"]; }

  std::string Work() {
    inbox::Delivery delivery;
    delivery.id = 1;
    delivery.guid = "guid-1";
    delivery.event_type = "pull_request";
    delivery.action = "closed";
    delivery.received_at = clock_.Now();
    delivery.body = Event(ClosedPull());
    inbox_.deliveries[1] = delivery;
    const auto handler = MakeHandler(
        {[this] { return settings_; }, github_, kube_, inbox_, clock_, logger_, *metrics_}, {});
    boost::asio::io_context io;
    boost::asio::co_spawn(io, handler->Work(delivery),
                          [](std::exception_ptr thrown, const Result<void>& recorded) {
                            if (thrown) std::rethrow_exception(thrown);
                            EXPECT_TRUE(recorded);
                          });
    io.run();
    return inbox_.deliveries[1].reason;
  }

  testing::FakeClock clock_;
  testing::FakeGitHub github_;
  testing::FakeKube kube_;
  testing::FakeInbox inbox_{clock_};
  testing::RecordingLogger logger_;
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  std::shared_ptr<Settings> settings_ = std::make_shared<Settings>();
};

TEST_F(AbortTest, AbortsTheJobThatStillRunsByItsStateAlone) {
  PutJob(1, "aborted");
  PutJob(2, "pending");
  EXPECT_EQ(Work(), "job_aborted");
  EXPECT_EQ(StatusOf(2), Json({{"state", "aborted"}}));
  EXPECT_THAT(kube_.script.calls, Contains("patch").Times(1));
  EXPECT_THAT(github_.posted, IsEmpty());
  EXPECT_EQ(inbox_.deliveries[1].state, inbox::State::kDone);
}

TEST_F(AbortTest, AbortsALaterAttemptThoughAnEarlierOneIsGone) {
  PutJob(2, "pending");
  EXPECT_EQ(Work(), "job_aborted");
  EXPECT_EQ(StatusOf(2)["state"], "aborted");
}

TEST_F(AbortTest, LeavesAJobThatHasEndedAlone) {
  PutJob(1, "success");
  EXPECT_EQ(Work(), "pull_request_closed");
  EXPECT_EQ(StatusOf(1), Json({{"state", "success"}}));
}

TEST_F(AbortTest, NeedsNoJob) { EXPECT_EQ(Work(), "pull_request_closed"); }

TEST_F(AbortTest, TouchesNoJobOfAnotherName) {
  kube_.objects["deck-rerun"] = {{"metadata", {{"name", "deck-rerun"}}},
                                 {"status", {{"state", "pending"}}}};
  EXPECT_EQ(Work(), "pull_request_closed");
  EXPECT_EQ(kube_.objects["deck-rerun"]["status"]["state"], "pending");
}

TEST_F(AbortTest, LeavesTheJobOfAPullRequestThatIsOpenAgainAlone) {
  github_.pull.state = "open";
  PutJob(1, "pending");
  EXPECT_EQ(Work(), "pull_request_reopened");
  EXPECT_EQ(StatusOf(1)["state"], "pending");
}

TEST_F(AbortTest, LooksAgainWhenPlankWasFaster) {
  PutJob(1, "pending");
  kube_.script.FailNext("patch", {ErrorCode::kConflict, "the object has been modified", {}});
  EXPECT_EQ(Work(), "job_aborted");
  EXPECT_EQ(StatusOf(1)["state"], "aborted");
}

TEST_F(AbortTest, WaitsForAKubernetesThatIsDown) {
  kube_.script.FailNext("get", {ErrorCode::kUnavailable, "refused", {}});
  EXPECT_EQ(Work(), "waiting_for_kubernetes");
}

}  // namespace
}  // namespace prow_coverage::handler
