#include "prow_coverage/handler/reconciler.h"

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/prow/prow_job.h"

#include "support/fake_clock.h"
#include "support/fake_github.h"
#include "support/fake_inbox.h"
#include "support/fake_kube.h"
#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::handler {
namespace {

using namespace std::chrono_literals;
using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kConfig =
    "defaults: {image: i, cluster: c, namespace: jobs, gcs: {bucket: b}}\n"
    "repos:\n  kubevirt/a: {testPackages: ./...}\n  kubevirt/b: {testPackages: ./...}\n";

PullRequest Pull(const std::string& repo, std::int64_t number) {
  PullRequest pull;
  pull.org = "kubevirt";
  pull.repo = repo;
  pull.repo_url = "https://github.com/kubevirt/" + repo;
  pull.number = number;
  pull.title = "a change";
  pull.url = pull.repo_url + "/pull/" + std::to_string(number);
  pull.state = "open";
  pull.author = "dev";
  pull.author_url = "https://github.com/dev";
  pull.head_sha = std::string(38, 'a') + std::to_string(10 + number);
  pull.head_ref = "feature";
  pull.base_ref = "main";
  pull.base_sha = std::string(40, 'b');
  return pull;
}

class ReconcilerTest : public ::testing::Test {
 protected:
  ReconcilerTest() {
    settings_->jobs = config::JobsConfig::Parse(kConfig, "config.yaml").value();
    settings_->jobs_namespace = "jobs";
    github_.open["kubevirt/a"] = {Pull("a", 1), Pull("a", 2)};
    github_.open["kubevirt/b"] = {Pull("b", 1)};
    reconciler_ = MakeReconciler(
        {[this] { return settings_; }, github_, &kube_, inbox_, clock_, logger_, *metrics_});
  }

  Reconciliation Reconcile() {
    boost::asio::io_context io;
    return testing::RunTask(io, reconciler_->RunOnce());
  }

  // Every delivery that there is, ended.
  void End(inbox::State state, const std::string& reason) {
    for (auto& [id, delivery] : inbox_.deliveries) {
      delivery.state = state;
      delivery.reason = reason;
    }
  }

  void PutJob(const PullRequest& pull, const std::string& state) {
    const std::string name = prow::JobName("https://github.com", pull, 1);
    kube_.objects[name] = {{"metadata", {{"name", name}}},
                           {"spec",
                            {{"job", "coverage-auto"},
                             {"refs",
                              {{"org", pull.org},
                               {"repo", pull.repo},
                               {"pulls", {{{"number", pull.number}, {"sha", pull.head_sha}}}}}}}},
                           {"status", {{"state", state}}}};
  }

  void SetStatus(const PullRequest& pull, github::CommitState state) {
    github_.posted.push_back({RepoName(pull), pull.head_sha, {state, "coverage-auto", "", ""}});
  }

  std::string Gauge() const {
    const std::string text = metrics_->Expose();
    const std::string name = "\nprow_coverage_heads_without_answer ";
    const auto at = text.find(name);
    if (at == std::string::npos) return "";
    return text.substr(at + name.size(), text.find('\n', at + 1) - at - name.size());
  }

  std::shared_ptr<Settings> settings_ = std::make_shared<Settings>();
  testing::FakeGitHub github_;
  testing::FakeKube kube_;
  testing::FakeClock clock_;
  testing::FakeInbox inbox_{clock_};
  testing::RecordingLogger logger_;
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  std::unique_ptr<Reconciler> reconciler_;
};

TEST_F(ReconcilerTest, StoresADeliveryForEachHeadThatNobodyKnows) {
  const auto found = Reconcile();
  EXPECT_EQ(found.open, 3u);
  EXPECT_EQ(found.lost, 3u);
  EXPECT_EQ(found.taken_up, 3u);
  ASSERT_EQ(inbox_.deliveries.size(), 3u);
  const auto& first = inbox_.deliveries.at(1);
  EXPECT_EQ(first.origin, "reconcile");
  EXPECT_EQ(first.state, inbox::State::kReceived);
  EXPECT_EQ(first.head_sha, Pull("a", 1).head_sha);
}

TEST_F(ReconcilerTest, TellsTheNumberAndEachHeadWithItsReason) {
  Reconcile();
  EXPECT_EQ(Gauge(), "3");
  EXPECT_THAT(metrics_->Expose(),
              HasSubstr("prow_coverage_decisions_total{reason=\"reconciled\"} 3"));
  const auto lines = logger_.lines();
  EXPECT_EQ(lines.front().fields.at("reason"), "reconciled");
  EXPECT_EQ(lines.front().fields.at("detail"), "no delivery, no job, no status");
  EXPECT_EQ(lines.back().level, LogLevel::kWarning);
  EXPECT_EQ(lines.back().fields.at("without_answer"), "3");
}

TEST_F(ReconcilerTest, AsksNothingPerPullRequestWhenTheInboxKnowsThem) {
  Reconcile();
  github_.script.calls.clear();
  kube_.script.calls.clear();
  EXPECT_EQ(Reconcile().in_work, 3u);
  End(inbox::State::kDone, "no_go_changes");
  const auto found = Reconcile();
  EXPECT_EQ(found.lost, 0u);
  EXPECT_EQ(Gauge(), "0");
  EXPECT_THAT(github_.script.calls, Each("pulls"));
  EXPECT_THAT(kube_.script.calls, ElementsAre("list", "list"));
  EXPECT_EQ(inbox_.deliveries.size(), 3u);
  EXPECT_EQ(logger_.lines().back().level, LogLevel::kInfo);
}

TEST_F(ReconcilerTest, LeavesAHeadAloneWhoseJobIsThere) {
  PutJob(Pull("a", 1), "pending");
  PutJob(Pull("a", 2), "success");
  EXPECT_EQ(Reconcile().taken_up, 1u);
  EXPECT_EQ(inbox_.deliveries.at(1).repo, "b");
}

TEST_F(ReconcilerTest, BelievesAFinalStatusAndRemembersIt) {
  for (const auto& pull : {Pull("a", 1), Pull("a", 2), Pull("b", 1)}) {
    SetStatus(pull, github::CommitState::kSuccess);
  }
  EXPECT_EQ(Reconcile().statuses_asked, 3u);
  EXPECT_EQ(Reconcile().statuses_asked, 0u);
  EXPECT_TRUE(inbox_.deliveries.empty());
}

TEST_F(ReconcilerTest, AsksOnceForTheStatusOfAJobThatIsGone) {
  Reconcile();
  End(inbox::State::kDone, "job_created");
  EXPECT_EQ(Reconcile().statuses_asked, 3u);
  EXPECT_EQ(Reconcile().statuses_asked, 0u);
  EXPECT_EQ(inbox_.deliveries.size(), 3u);
}

// The job is gone, and so is the replica that should have told it.
TEST_F(ReconcilerTest, AnswersAHeadThatStaysPendingWithoutAJob) {
  Reconcile();
  End(inbox::State::kDone, "job_created");
  SetStatus(Pull("a", 1), github::CommitState::kPending);
  SetStatus(Pull("a", 2), github::CommitState::kPending);
  EXPECT_EQ(Reconcile().taken_up, 0u);
  SetStatus(Pull("a", 1), github::CommitState::kSuccess);
  EXPECT_EQ(Reconcile().taken_up, 1u);
  ASSERT_EQ(inbox_.deliveries.size(), 4u);
  EXPECT_EQ(inbox_.deliveries.at(4).number, 2);
}

TEST_F(ReconcilerTest, AnswersAHeadAgainWhoseJobWasAborted) {
  const PullRequest pull = Pull("b", 1);
  github_.open.erase("kubevirt/a");
  github_.open["kubevirt/a"] = {};
  Reconcile();
  End(inbox::State::kDone, "job_created");
  SetStatus(pull, github::CommitState::kPending);
  PutJob(pull, "aborted");
  EXPECT_EQ(Reconcile().taken_up, 1u);
  ASSERT_EQ(inbox_.deliveries.size(), 2u);
  EXPECT_NE(inbox_.deliveries.at(1).guid, inbox_.deliveries.at(2).guid);
  EXPECT_EQ(Reconcile().in_work, 1u);
}

TEST_F(ReconcilerTest, LeavesDeadLettersToTheOperatorButCountsThem) {
  Reconcile();
  End(inbox::State::kDead, "too_old");
  const auto found = Reconcile();
  EXPECT_EQ(found.given_up, 3u);
  EXPECT_EQ(found.taken_up, 0u);
  EXPECT_EQ(Gauge(), "3");
  for (const auto& [id, delivery] : inbox_.deliveries) {
    EXPECT_EQ(delivery.state, inbox::State::kDead);
  }
}

TEST_F(ReconcilerTest, KeepsToTheRulesOfWebhooks) {
  github_.open["kubevirt/b"] = {Pull("renamed", 1)};
  github_.open["kubevirt/a"][0].draft = true;
  const auto found = Reconcile();
  EXPECT_EQ(found.open, 2u);
  EXPECT_EQ(found.taken_up, 2u);
}

TEST_F(ReconcilerTest, GoesOnWithTheOtherRepositories) {
  github_.script.FailNext("pulls", {ErrorCode::kNotFound, "no such repository", {}});
  const auto found = Reconcile();
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(found.taken_up, 1u);
  EXPECT_TRUE(logger_.Has("reconciliation is incomplete"));
}

TEST_F(ReconcilerTest, DecidesNothingWithoutTheJobsOrTheInbox) {
  kube_.script.FailNext("list", {ErrorCode::kUnavailable, "refused", {}});
  EXPECT_FALSE(Reconcile().complete);
  inbox_.script.FailNext("sightings", {ErrorCode::kUnavailable, "disk full", {}});
  EXPECT_FALSE(Reconcile().complete);
  EXPECT_TRUE(inbox_.deliveries.empty());
  EXPECT_EQ(Reconcile().taken_up, 3u);
}

TEST_F(ReconcilerTest, LeavesAHeadForLaterWhoseStatusIsUnknown) {
  github_.script.FailNext("statuses", {ErrorCode::kNotFound, "no such commit", {}});
  const auto found = Reconcile();
  EXPECT_EQ(found.taken_up, 2u);
  EXPECT_FALSE(found.complete);
  EXPECT_EQ(Reconcile().taken_up, 1u);
}

TEST_F(ReconcilerTest, AsksNoMoreOnceGitHubLimitsTheRate) {
  github_.script.FailNext("statuses", {ErrorCode::kRateLimited, "slow down", 600s});
  const auto found = Reconcile();
  EXPECT_EQ(found.statuses_asked, 1u);
  EXPECT_EQ(found.taken_up, 0u);
  github_.script.calls.clear();
  github_.script.FailNext("pulls", {ErrorCode::kRateLimited, "slow down", 600s});
  Reconcile();
  EXPECT_THAT(github_.script.calls, ElementsAre("pulls"));
  EXPECT_EQ(Reconcile().taken_up, 3u);
}

TEST_F(ReconcilerTest, StopsStoringWhenTheInboxIsOutOfOrder) {
  inbox_.script.FailNext("store", {ErrorCode::kUnavailable, "disk full", {}});
  EXPECT_EQ(Reconcile().taken_up, 0u);
  EXPECT_EQ(std::count(inbox_.script.calls.begin(), inbox_.script.calls.end(), "store"), 1);
  EXPECT_EQ(Reconcile().taken_up, 3u);
}

TEST_F(ReconcilerTest, SaysOnceThatNothingIsConfigured) {
  settings_->jobs = config::JobsConfig::BuiltIn();
  Reconcile();
  Reconcile();
  EXPECT_EQ(logger_.lines().size(), 1u);
  EXPECT_TRUE(logger_.Has("nothing to reconcile"));
  EXPECT_TRUE(github_.script.calls.empty());
}

TEST_F(ReconcilerTest, RunsAtTheIntervalAndSoonerAfterAFault) {
  kube_.script.FailNext("list", {ErrorCode::kUnavailable, "refused", {}});
  boost::asio::io_context io;
  boost::asio::cancellation_signal stop;
  bool ended = false;
  boost::asio::co_spawn(
      io, reconciler_->Run(10min),
      boost::asio::bind_cancellation_slot(stop.slot(), [&](std::exception_ptr thrown) {
        EXPECT_EQ(thrown, nullptr);
        ended = true;
      }));
  while (clock_.sleeps().size() < 3) io.run_one();
  EXPECT_THAT(clock_.sleeps(), ElementsAre(60s, 600s, 600s));
  stop.emit(boost::asio::cancellation_type::all);
  io.run();
  EXPECT_TRUE(ended);
}

}  // namespace
}  // namespace prow_coverage::handler
