#include "prow_coverage/handler/handler.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/handler/synthetic_delivery.h"
#include "prow_coverage/prow/prow_job.h"
#include "prow_coverage/webhook/event.h"

#include "support/fake_clock.h"
#include "support/fake_github.h"
#include "support/fake_inbox.h"
#include "support/fake_kube.h"
#include "support/recording_logger.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace prow_coverage::handler {
namespace {

using namespace std::chrono_literals;
using prow_coverage::testing::FakeClock;
using prow_coverage::testing::FakeGitHub;
using prow_coverage::testing::FakeInbox;
using prow_coverage::testing::FakeKube;
using prow_coverage::testing::RecordingLogger;
using prow_coverage::testing::RunTask;
using prow_coverage::testing::TestData;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class HandlerTest : public ::testing::Test {
 protected:
  std::unique_ptr<Handler> Make(const HandlerOptions& options) {
    return MakeHandler(
        {[this] { return settings_; }, github_, kube_, inbox_, clock_, logger_, *metrics_},
        options);
  }

  HandlerTest() {
    settings_->jobs = config::JobsConfig::BuiltIn();
    settings_->jobs_namespace = "jobs";
    settings_->deck_url = "https://deck";
    delivery_.guid = "guid-1";
    delivery_.event_type = "pull_request";
    delivery_.action = "opened";
    delivery_.body = TestData("payloads/pull_request.opened.json");
    const auto event = webhook::ParsePullRequestEvent(delivery_.body).value();
    delivery_.org = event.pull.org;
    delivery_.repo = event.pull.repo;
    delivery_.number = event.pull.number;
    delivery_.head_sha = event.pull.head_sha;
    delivery_.received_at = clock_.Now();
    github_.pull = event.pull;
    github_.files.files = {{"README.md", ""}, {"robots/a.go", ""}};
  }

  // Stores the delivery and works it off once.
  inbox::Delivery Work() {
    boost::asio::io_context io;
    if (delivery_.id == 0) {
      delivery_.id = RunTask(io, inbox_.Store(delivery_)).value().id;
      inbox_.deliveries[delivery_.id].received_at = delivery_.received_at;
    }
    recorded_ = RunTask(io, handler_->Work(inbox_.deliveries[delivery_.id]));
    return inbox_.deliveries[delivery_.id];
  }

  std::string Name(int attempt) const {
    return prow::JobName("https://github.com", github_.pull, attempt);
  }

  void PutJob(int attempt, const std::string& state) {
    kube_.objects[Name(attempt)] = {{"metadata", {{"name", Name(attempt)}}},
                                    {"status", {{"state", state}}}};
  }

  std::shared_ptr<Settings> settings_ = std::make_shared<Settings>();
  FakeGitHub github_;
  FakeKube kube_;
  FakeClock clock_;
  FakeInbox inbox_{clock_};
  RecordingLogger logger_;
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  inbox::Delivery delivery_;
  std::unique_ptr<Handler> handler_ = Make({});
  Result<void> recorded_;
};

TEST_F(HandlerTest, CreatesTheJobAndSetsThePendingStatus) {
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDone);
  EXPECT_EQ(delivery.reason, "job_created");
  EXPECT_EQ(delivery.job_name, Name(1));
  ASSERT_EQ(kube_.objects.count(Name(1)), 1u);
  EXPECT_EQ(kube_.resources.front(), (kube::Resource{"prow.k8s.io", "v1", "prowjobs", "jobs"}));
  ASSERT_EQ(github_.posted.size(), 1u);
  const auto& posted = github_.posted.front();
  EXPECT_EQ(posted.sha, github_.pull.head_sha);
  EXPECT_EQ(posted.status, (github::CommitStatus{github::CommitState::kPending, "coverage-auto",
                                                 "Automated Go unit test coverage",
                                                 "https://deck/prowjob?prowjob=" + Name(1)}));
}

TEST_F(HandlerTest, AsksForTheHeadRightBeforeTheCreate) {
  Work();
  EXPECT_THAT(github_.script.calls, ElementsAre("files", "branch", "head", "status"));
}

TEST_F(HandlerTest, TakesTheBaseShaFromTheBranchTip) {
  Work();
  EXPECT_EQ(kube_.objects[Name(1)]["spec"]["refs"]["base_sha"], github_.tip);
}

TEST_F(HandlerTest, FallsBackToTheEventsBaseSha) {
  github_.script.FailNext("branch", {ErrorCode::kUnavailable, "down", {}});
  Work();
  EXPECT_EQ(kube_.objects[Name(1)]["spec"]["refs"]["base_sha"], github_.pull.base_sha);
  EXPECT_TRUE(logger_.Has("base branch's tip is unknown"));
}

TEST_F(HandlerTest, IgnoresAPullRequestWithoutGoChanges) {
  github_.files.files = {{"README.md", ""}};
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDone);
  EXPECT_EQ(delivery.reason, "no_go_changes");
  EXPECT_TRUE(kube_.objects.empty());
  EXPECT_TRUE(github_.posted.empty());
}

TEST_F(HandlerTest, DoesNotBelieveNoForAHeadThatHasMoved) {
  github_.files.files = {{"README.md", ""}};
  github_.pull.head_sha = std::string(40, 'c');
  EXPECT_EQ(Work().reason, "head_moved");
}

TEST_F(HandlerTest, CreatesNothingForAHeadThatHasMoved) {
  github_.pull.head_sha = std::string(40, 'c');
  EXPECT_EQ(Work().reason, "head_moved");
  EXPECT_TRUE(kube_.objects.empty());
}

TEST_F(HandlerTest, CreatesNothingForAClosedPullRequest) {
  github_.pull.state = "closed";
  EXPECT_EQ(Work().reason, "pull_request_closed");
  EXPECT_TRUE(kube_.objects.empty());
}

TEST_F(HandlerTest, TakesAJobThatExistsForSuccess) {
  PutJob(1, "pending");
  const auto delivery = Work();
  EXPECT_EQ(delivery.reason, "job_exists");
  EXPECT_EQ(kube_.objects.size(), 1u);
  EXPECT_EQ(github_.posted.size(), 1u);
}

TEST_F(HandlerTest, LeavesTheStatusOfAJobThatHasEndedAlone) {
  PutJob(1, "success");
  EXPECT_EQ(Work().reason, "job_finished");
  EXPECT_TRUE(github_.posted.empty());
}

// A person runs a job again in Deck and aborts that: the first attempt is none of the answer.
TEST_F(HandlerTest, CreatesAFurtherAttemptBesideOneThatEndedBefore) {
  const WallTime begun = clock_.Now() - 10min;
  struct {
    const char* origin;
    WallTime first_attempt;
    const char* reason;
  } const rows[] = {{"reporter", begun - 1s, "job_created"},
                    {"reporter", begun, "job_finished"},
                    {"reporter", begun + 1s, "job_finished"},
                    {"webhook", begun - 1s, "job_finished"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.origin + (" " + ToRfc3339(row.first_attempt)));
    kube_.objects.clear();
    inbox_.deliveries.clear();
    delivery_.id = 0;
    delivery_.guid = RerunGuid("11111111-2222-3333-4444-555555555555", begun);
    delivery_.origin = row.origin;
    PutJob(1, "success");
    kube_.objects[Name(1)]["status"]["startTime"] = ToRfc3339(row.first_attempt);
    EXPECT_EQ(Work().reason, row.reason);
  }
}

// Run again in Deck; a push aborted that, and a push back made its head the head again.
TEST_F(HandlerTest, CreatesAFurtherAttemptWhenWhatWasRunAgainWasAborted) {
  PutJob(1, "success");
  const auto& pull = github_.pull;
  auto& first = kube_.objects[Name(1)];
  first["spec"] = {{"job", "coverage-auto"},
                   {"refs",
                    {{"org", pull.org},
                     {"repo", pull.repo},
                     {"pulls", {{{"number", pull.number}, {"sha", pull.head_sha}}}}}}};
  first["status"]["startTime"] = ToRfc3339(clock_.Now() - 10min);
  auto rerun = first;
  rerun["metadata"]["name"] = "of-deck";
  rerun["status"] = {{"state", "aborted"}, {"startTime", ToRfc3339(clock_.Now())}};
  kube_.objects["of-deck"] = rerun;
  const auto delivery = Work();
  EXPECT_EQ(delivery.reason, "job_created");
  EXPECT_EQ(delivery.job_name, Name(2));
}

TEST_F(HandlerTest, CreatesTheNextAttemptForAHeadThatIsBack) {
  PutJob(1, "aborted");
  PutJob(2, "aborted");
  const auto delivery = Work();
  EXPECT_EQ(delivery.reason, "job_created");
  EXPECT_EQ(delivery.job_name, Name(3));
}

TEST_F(HandlerTest, StopsAtTenAbortedAttempts) {
  for (int attempt = 1; attempt <= 10; ++attempt) PutJob(attempt, "aborted");
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDead);
  EXPECT_EQ(delivery.reason, "too_many_attempts");
}

TEST_F(HandlerTest, StartsEachJobOfAPullRequestLaterThanTheLast) {
  PutJob(1, "aborted");
  Work();
  boost::asio::io_context io;
  const auto next = RunTask(io, inbox_.ReserveStartTime(delivery_.org, delivery_.repo,
                                                        delivery_.number, clock_.Now()))
                        .value();
  EXPECT_EQ(ToRfc3339(next - 1s), kube_.objects[Name(2)]["status"]["startTime"].get<std::string>());
}

TEST_F(HandlerTest, WaitsWhenGitHubLimitsTheRate) {
  github_.script.FailNext("files", {ErrorCode::kRateLimited, "slow down", 600s});
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kReceived);
  EXPECT_EQ(delivery.reason, "waiting_for_github");
  EXPECT_EQ(delivery.attempts, 1);
  EXPECT_GE(delivery.next_attempt_at, clock_.Now() + 600s);
  EXPECT_EQ(Work().reason, "job_created");
}

TEST_F(HandlerTest, RepeatsOnlyTheStatusWhenOnlyThatIsMissing) {
  github_.script.FailNext("status", {ErrorCode::kUnavailable, "502", {}});
  EXPECT_EQ(Work().state, inbox::State::kCreated);
  github_.script.calls.clear();
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDone);
  EXPECT_THAT(github_.script.calls, ElementsAre("status"));
  EXPECT_EQ(github_.posted.size(), 1u);
}

TEST_F(HandlerTest, EndsWhenTheCommitIsGone) {
  github_.script.FailNext("status", {ErrorCode::kRejected, "No commit found for SHA", {}});
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDone);
  EXPECT_EQ(delivery.reason, "commit_gone");
}

TEST_F(HandlerTest, WaitsWithAStatusThatGitHubRefusesForAnotherReason) {
  for (const Error& error : {Error{ErrorCode::kNotFound, "answered 404 (Not Found)", {}},
                             Error{ErrorCode::kRejected, "answered 422 (Validation Failed)", {}}}) {
    SCOPED_TRACE(error.message);
    github_.script.FailNext("status", error);
    const auto delivery = Work();
    EXPECT_EQ(delivery.state, inbox::State::kCreated);
    EXPECT_EQ(delivery.reason, "waiting_for_github");
    EXPECT_EQ(logger_.lines().back().level, LogLevel::kError);
  }
}

TEST_F(HandlerTest, GivesUpWhatKubernetesRefusesForGood) {
  kube_.script.FailNext("create", {ErrorCode::kRejected, "spec.agent: Unsupported value", {}});
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDead);
  EXPECT_EQ(delivery.reason, "refused_by_kubernetes");
  EXPECT_THAT(delivery.detail, HasSubstr("spec.agent"));
}

TEST_F(HandlerTest, WaitsForAPermissionThatSomebodyHasToGrant) {
  kube_.script.FailNext("create", {ErrorCode::kPermissionDenied, "needs create", {}});
  EXPECT_EQ(Work().reason, "waiting_for_kubernetes");
  EXPECT_EQ(logger_.lines().back().level, LogLevel::kError);
}

TEST_F(HandlerTest, WaitsForARepositoryThatTheCredentialMayNotSee) {
  github_.script.FailNext("files", {ErrorCode::kNotFound, "answered 404", {}});
  EXPECT_EQ(Work().reason, "waiting_for_access");
  EXPECT_EQ(logger_.lines().back().level, LogLevel::kError);
  EXPECT_EQ(Work().reason, "job_created");
}

TEST_F(HandlerTest, WaitsForAnInboxThatGivesNoStartTime) {
  inbox_.script.FailNext("reserve", {ErrorCode::kUnavailable, "disk full", {}});
  EXPECT_EQ(Work().reason, "waiting_for_inbox");
  EXPECT_EQ(Work().reason, "job_created");
}

TEST_F(HandlerTest, GivesUpAfterTheMaximumAge) {
  delivery_.received_at = clock_.Now();
  clock_.Advance(24h);
  github_.script.FailNext("files", {ErrorCode::kUnavailable, "down", {}});
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDead);
  EXPECT_EQ(delivery.reason, "too_old");
}

TEST_F(HandlerTest, DoesNotGiveUpBecauseTheClockWasSetForward) {
  github_.script.FailNext("files", {ErrorCode::kUnavailable, "down", {}});
  clock_.Advance(2h);
  clock_.JumpWallClock(24h);
  EXPECT_EQ(Work().reason, "waiting_for_github");
  EXPECT_EQ(Work().reason, "job_created");
}

TEST_F(HandlerTest, KeepsAPayloadThatItCannotReadAsADeadLetter) {
  delivery_.body = R"({"action":"opened","pull_request":{}})";
  const auto delivery = Work();
  EXPECT_EQ(delivery.state, inbox::State::kDead);
  EXPECT_EQ(delivery.reason, "malformed_event");
  EXPECT_THAT(delivery.detail, HasSubstr("missing"));
}

TEST_F(HandlerTest, IsNotStoppedByAnInboxThatCannotRecord) {
  inbox_.script.FailNext("record", {ErrorCode::kUnavailable, "disk full", {}});
  EXPECT_EQ(Work().state, inbox::State::kReceived);
  EXPECT_TRUE(logger_.Has("will be done again"));
  EXPECT_EQ(recorded_.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(Work().reason, "job_exists");
  EXPECT_TRUE(recorded_);
  EXPECT_EQ(kube_.objects.size(), 1u);
}

TEST_F(HandlerTest, LeavesTheFirstStatusToTheReporterWhereThereIsOne) {
  std::vector<std::string> created;
  handler_ = Make({.created = [&](const std::string& object) { created.push_back(object); }});
  const auto delivery = Work();
  ASSERT_EQ(created.size(), 1u);
  EXPECT_THAT(created[0], HasSubstr(Name(1)));
  EXPECT_EQ(delivery.reason, "job_created");
  EXPECT_EQ(delivery.state, inbox::State::kDone);
  EXPECT_TRUE(github_.posted.empty());
}

TEST_F(HandlerTest, RecordsEachStepWithItsOutcome) {
  kube_.script.FailNext("create", {ErrorCode::kUnavailable, "refused", {}});
  Work();
  std::vector<std::string> steps;
  for (const auto& step : inbox_.recorded.back().steps) {
    steps.push_back(step.name + " " + step.outcome);
  }
  EXPECT_THAT(steps,
              ElementsAre("files ok", "branch ok", "render ok", "head ok", "create unavailable"));
}

TEST_F(HandlerTest, SaysInTheTraceThatADeliveryWasReconciled) {
  delivery_.origin = "reconcile";
  delivery_.body.insert(1, R"("reconciled":"no delivery, no job, no status",)");
  EXPECT_EQ(Work().reason, "job_created");
  const auto& step = inbox_.recorded.back().steps.front();
  EXPECT_EQ(step.name, "reconcile");
  EXPECT_EQ(step.detail, "reconciled: no delivery, no job, no status");
}

TEST_F(HandlerTest, SaysWithEachDecisionWhetherItWasADryRun) {
  Work();
  EXPECT_EQ(logger_.lines().back().fields.at("dry_run"), "false");
  delivery_.id = 0;
  delivery_.guid = "guid-2";
  handler_ = Make({.dry_run = true});
  Work();
  EXPECT_EQ(logger_.lines().back().fields.at("dry_run"), "true");
}

TEST_F(HandlerTest, CountsAndLogsTheDecision) {
  Work();
  EXPECT_THAT(metrics_->Expose(),
              HasSubstr("prow_coverage_decisions_total{reason=\"job_created\"} 1"));
  EXPECT_THAT(metrics_->Expose(), HasSubstr("prow_plugin_handle_duration_seconds_count{action="
                                            "\"opened\",event_type=\"pull_request\",plugin="
                                            "\"coverage\",took_action=\"true\"} 1"));
  const auto line = logger_.lines().back();
  EXPECT_EQ(line.fields.at("event-GUID"), "guid-1");
  EXPECT_EQ(line.fields.at("reason"), "job_created");
}

}  // namespace
}  // namespace prow_coverage::handler
