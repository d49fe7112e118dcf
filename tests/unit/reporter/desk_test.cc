#include "desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/webhook/event.h"

#include "job_json.h"
#include "support/fake_clock.h"
#include "support/fake_github.h"
#include "support/fake_inbox.h"
#include "support/fake_kube.h"
#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::reporter {
namespace {

using github::CommitState;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

const std::string kKey = "kubevirt/project-infra#17@" + kHeadSha;
constexpr const char* kGood = R"({"pr_coverage": 71, "base_coverage": 70.5, "threshold": 60})";

class FakeStore final : public results::ArtifactStore {
 public:
  Result<std::string> answer = std::string(kGood);
  std::vector<std::vector<std::string>> asked;

  Task<Result<std::string>> Get(const std::vector<std::string>& elements) override {
    asked.push_back(elements);
    co_return answer;
  }
};

PullRequest OpenPull() {
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
                     clock_,
                     logger_,
                     *metrics_};
  ReporterOptions options_;
  Heads heads_;
  Desk desk_{deps_, options_, heads_, [this] { return may_write_; }};
};

TEST_F(DeskTest, TellsAJobFromItsBeginningToItsEnd) {
  Put("triggered", "");
  Work();
  Put("pending");
  Work();
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(Posted(), ElementsAre("pending Automated Go unit test coverage",
                                    "pending Automated Go unit test coverage",
                                    "success 71.0% (+0.5%) | threshold: 60%"));
  EXPECT_THAT(github_.script.calls, ElementsAre("status", "status", "status"));
  ASSERT_EQ(inbox_.reports.size(), 1u);
  EXPECT_EQ(inbox_.reports[0].phase, "ended");
  EXPECT_EQ(inbox_.reports[0].state, "success");
  EXPECT_THAT(metrics_->Expose(), HasSubstr("prow_coverage_reports_total{state=\"pending\"} 2"));
}

TEST_F(DeskTest, ReadsTheSummaryWhereTheJobHasLeftIt) {
  Put("success");
  Work();
  ASSERT_EQ(store_.asked.size(), 1u);
  EXPECT_THAT(store_.asked[0],
              ElementsAre("kubevirt-prow", "pr-logs", "pull", "kubevirt_project-infra", "17",
                          "coverage-auto", "99", "artifacts", "coverage-summary.json"));
}

TEST_F(DeskTest, JudgesByTheConfiguredThreshold) {
  Configure("coverageThreshold: 72.50");
  Put("success");
  Work();
  EXPECT_THAT(Posted(), ElementsAre("failure 71.0% (+0.5%) -- below threshold 72.50%"));
}

TEST_F(DeskTest, KnowsNoThresholdWhereNoneIsConfigured) {
  Configure("gate: true");
  Put("success");
  Work();
  EXPECT_THAT(Posted(), ElementsAre("success 71.0% (+0.5%)"));
}

TEST_F(DeskTest, SaysWhyThereAreNoNumbers) {
  struct Row {
    const char* name;
    Result<std::string> answer;
    const char* text;
  };
  const Row rows[] = {
      {"missing", Error{ErrorCode::kNotFound, "x", {}},
       "success coverage unavailable: there is no coverage-summary.json"},
      {"too large", Error{ErrorCode::kTooLarge, "x", {}},
       "success coverage unavailable: coverage-summary.json is too large"},
      {"another host", Error{ErrorCode::kRejected, "redirects", {}},
       "success coverage unavailable: coverage-summary.json cannot be fetched"},
      {"broken", std::string(R"({"pr_coverage": -1})"),
       "success coverage unavailable: coverage-summary.json is broken: pr_coverage is not between"
       " 0 an"},
  };
  int attempt = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    github_.posted.clear();
    store_.answer = row.answer;
    Put("success", "99", ++attempt);
    EXPECT_FALSE(Work().error);
    ASSERT_EQ(Posted().size(), 1u);
    EXPECT_THAT(Posted()[0], ::testing::StartsWith(row.text));
  }
}

TEST_F(DeskTest, TellsThatTheStoreIsOutOfOrderAndStillTheNumbers) {
  for (const auto code : {ErrorCode::kUnavailable, ErrorCode::kPermissionDenied}) {
    for (const char* state : {"success", "failure"}) {
      SCOPED_TRACE(state);
      heads_ = Heads();
      github_.posted.clear();
      store_.answer = Error{code, "out of order", {}};
      Put(state);
      entry().failures = 1000;  // GitHub's, which do not count
      for (int i = 0; i < 6; ++i) EXPECT_TRUE(Work().again_at);
      EXPECT_THAT(Posted(), IsEmpty());
      for (int i = 0; i < 6; ++i) {
        const auto stepped = Work();
        ASSERT_TRUE(stepped.again_at);
        EXPECT_GT(*stepped.again_at, clock_.Now());
        EXPECT_LE(*stepped.again_at, clock_.Now() + std::chrono::minutes(10));
      }
      EXPECT_THAT(
          Posted(),
          ElementsAre(::testing::StartsWith("success coverage unavailable: the artifact store ")));
      EXPECT_EQ(inbox_.reports.back().phase, "stuck");
      store_.answer = std::string(kGood);
      EXPECT_FALSE(Work().again_at);
      EXPECT_THAT(Posted().back(), HasSubstr("71.0%"));
      EXPECT_EQ(inbox_.reports.back().phase, "ended");
    }
  }
}

TEST_F(DeskTest, DoesNotAskAStoreForEver) {
  store_.answer = Error{ErrorCode::kUnavailable, "503", {}};
  Put("failure");
  EXPECT_TRUE(Work().again_at);
  clock_.Advance(std::chrono::hours(24));
  EXPECT_FALSE(Work().again_at);
  EXPECT_THAT(Posted(),
              ElementsAre("success coverage unavailable: the artifact store does not answer"));
  EXPECT_EQ(inbox_.reports.back().phase, "ended");
}

TEST_F(DeskTest, MeasuresThoughGitHubSaysThatTheStoreWasOutOfOrder) {
  store_.answer = Error{ErrorCode::kUnavailable, "503", {}};
  Put("failure");
  for (int i = 0; i < 7; ++i) Work();
  ASSERT_EQ(Posted().size(), 1u);
  heads_ = Heads();
  verified_ = false;
  store_.answer = std::string(kGood);
  Put("failure");
  Work();
  EXPECT_THAT(Posted().back(), HasSubstr("tests failed"));
}

TEST_F(DeskTest, TriesAgainWhatGitHubDidNotTake) {
  github_.script.FailNext("status", {ErrorCode::kUnavailable, "502", {}});
  Put("pending");
  EXPECT_TRUE(Work().error);
  EXPECT_THAT(Posted(), IsEmpty());
  EXPECT_THAT(inbox_.reports, IsEmpty());
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(Posted().size(), 1u);
}

TEST_F(DeskTest, LeavesACommitAloneThatIsGone) {
  github_.script.FailNext("status", {ErrorCode::kRejected, "No commit found for SHA", {}});
  Put("pending");
  EXPECT_FALSE(Work().error);
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(Posted(), IsEmpty());
  EXPECT_EQ(inbox_.reports[0].phase, "ended");
}

TEST_F(DeskTest, TellsTheEndThoughTheBeginningWasRefused) {
  const Error refusals[] = {
      {ErrorCode::kNotFound, "answered 404 (Not Found): no such thing", {}},
      {ErrorCode::kRejected, "answered 422 (Validation Failed): GitHub refuses the request", {}},
      {ErrorCode::kRejected, "answered 451: GitHub refuses the request", {}}};
  for (const auto& refusal : refusals) {
    for (const bool verified : {true, false}) {
      SCOPED_TRACE(refusal.message);
      heads_ = Heads();
      github_.posted.clear();
      inbox_.reports.clear();
      verified_ = verified;
      github_.script.FailNext(verified ? "status" : "statuses", refusal);
      Put("pending");
      EXPECT_TRUE(Work().error);
      EXPECT_THAT(inbox_.reports, IsEmpty());
      Put("success");
      EXPECT_FALSE(Work().error);
      EXPECT_THAT(Posted(), ElementsAre("success 71.0% (+0.5%) | threshold: 60%"));
    }
  }
}

TEST_F(DeskTest, TriesARefusedStatusAgainForAsLongAsThereIsAJob) {
  for (int i = 0; i < 2; ++i) {
    github_.script.FailNext("status", {ErrorCode::kNotFound, "answered 404", {}});
  }
  Put("success");
  EXPECT_TRUE(Work().error);
  heads_.Delete(entry().job->name);
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(entry().told.phase, Phase::kEnded);
}

TEST_F(DeskTest, LooksUpWhatMayHaveBeenToldAlready) {
  verified_ = false;
  Put("pending");
  Work();
  EXPECT_THAT(github_.script.calls, ElementsAre("statuses", "status"));
  // Another process that knows nothing of it.
  heads_ = Heads();
  github_.script.calls.clear();
  Put("pending");
  Work();
  EXPECT_THAT(github_.script.calls, ElementsAre("statuses"));
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_EQ(entry().told.phase, Phase::kRunning);
}

// It takes over while its watch is behind.
TEST_F(DeskTest, NeverOverwritesWhatAnotherReplicaHasToldOfALaterState) {
  Put("success");
  Work();
  auto ended = JobJson("success");
  ended["status"]["build_id"] = "99";
  kube_.objects["first"] = ended;
  heads_ = Heads();
  verified_ = false;
  Put("pending");
  Work();
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_EQ(entry().told.phase, Phase::kEnded);
}

TEST_F(DeskTest, NeverOverwritesWhatAnotherReplicaHasToldOfALaterJob) {
  Put("pending", "100", 2);
  Work();
  kube_.objects["first"] = JobJson("failure");
  kube_.objects["second"] = JobJson("pending", 2);
  kube_.objects["second"]["status"]["build_id"] = "100";
  heads_ = Heads();
  verified_ = false;
  Put("failure");
  Work();
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_EQ(entry().told.phase, Phase::kRunning);
}

TEST_F(DeskTest, LeavesAnEndThatWasToldThoughItsArtifactsAreGone) {
  for (const char* state : {"success", "failure", "aborted"}) {
    SCOPED_TRACE(state);
    heads_ = Heads();
    github_.posted.clear();
    store_.asked.clear();
    verified_ = false;
    Put(state);
    Policy policy;
    policy.deck_url = settings_->deck_url;
    const Result<results::Summary> low = results::Summary{50, {}, {}};
    const auto told = Measured(*entry().job, policy, low, results::Threshold{60, "60"}).status;
    github_.posted.push_back({"kubevirt/project-infra", kHeadSha, told});
    store_.answer = Error{ErrorCode::kNotFound, "it is not there", {}};
    EXPECT_FALSE(Work().error);
    EXPECT_EQ(github_.posted.size(), 1u);
    EXPECT_THAT(store_.asked, IsEmpty());
    EXPECT_THAT(accepted_, IsEmpty());
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
    EXPECT_EQ(inbox_.reports.back().state, "failure");
  }
}

TEST_F(DeskTest, TellsTheEndOfAJobOfWhichAnotherWordStands) {
  verified_ = false;
  Put("pending", "98");
  Work();
  github_.posted.back().status.state = CommitState::kFailure;  // the end of another build
  heads_ = Heads();
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(Posted().size(), 2u);
  // Of the same build, but not its end.
  github_.posted.clear();
  heads_ = Heads();
  Put("pending");
  clock_.JumpWallClock(std::chrono::hours(2));
  Work();
  heads_ = Heads();
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(Posted(), ElementsAre(HasSubstr("did not end"), HasSubstr("71.0%")));
}

TEST_F(DeskTest, WritesNothingWhileAnotherReplicaDoes) {
  may_write_ = false;
  Put("success");
  EXPECT_FALSE(Work().error);
  EXPECT_THAT(github_.script.calls, IsEmpty());
  EXPECT_THAT(inbox_.reports, IsEmpty());
}

TEST_F(DeskTest, TellsNothingOfAnAbortedJobWhoseHeadIsNotWanted) {
  for (const char* what : {"moved", "closed", "gone"}) {
    SCOPED_TRACE(what);
    heads_ = Heads();
    github_.pull = OpenPull();
    if (what == std::string("moved")) github_.pull.head_sha = std::string(40, 'c');
    if (what == std::string("closed")) github_.pull.state = "closed";
    if (what == std::string("gone")) {
      github_.script.FailNext("head", {ErrorCode::kNotFound, "no such repository", {}});
    }
    Put("aborted");
    EXPECT_FALSE(Work().error);
    EXPECT_THAT(Posted(), IsEmpty());
    EXPECT_THAT(accepted_, IsEmpty());
    EXPECT_EQ(entry().told.phase, Phase::kEnded);
  }
}

TEST_F(DeskTest, AsksForOneFurtherAttemptOfAJobThatSomebodyAborted) {
  Put("aborted");
  EXPECT_FALSE(Work().error);
  ASSERT_EQ(accepted_.size(), 1u);
  EXPECT_EQ(accepted_[0].origin, "reporter");
  const auto event = webhook::ParsePullRequestEvent(accepted_[0].body);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->action, "synchronize");
  EXPECT_EQ(event->pull, github_.pull);
  EXPECT_THAT(Posted(), IsEmpty());

  Put("aborted", "100", 2);
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(accepted_.size(), 1u);
  EXPECT_THAT(Posted(), ElementsAre("success coverage unavailable: the job was aborted"));
}

TEST_F(DeskTest, WaitsForAQueueThatIsFull) {
  github_.script.FailNext("head", {ErrorCode::kUnavailable, "502", {}});
  Put("aborted");
  EXPECT_TRUE(Work().error);
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(accepted_.size(), 1u);
}

TEST_F(DeskTest, TellsOnWhenTheInboxDoesNotKeepIt) {
  inbox_.script.FailNext("save_report", {ErrorCode::kUnavailable, "disk full", {}});
  Put("pending");
  EXPECT_FALSE(Work().error);
  EXPECT_EQ(Posted().size(), 1u);
  EXPECT_TRUE(logger_.Has("did not keep"));
}

}  // namespace
}  // namespace prow_coverage::reporter
