// "Retry-After: 7" means that no call comes to that host for 7 s. The sandbox measures it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/github/client.h"

#include "support/fake_clock.h"
#include "support/sandbox_thread.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using namespace std::chrono_literals;

TEST(RateLimit, MakesNoCallToAHostThatAskedForSevenSeconds) {
  World world;
  const auto daemon = world.StartDaemon();
  world.GitHub("POST", "/_sandbox/faults",
               {{"target", "github"}, {"kind", "429"}, {"retry_after", 7}, {"count", 1}});
  const auto began = std::chrono::steady_clock::now();
  for (int i = 1; i <= 20; ++i) {
    world.PutPull(i, {"robots/a.go"});
    world.Deliver(*daemon, i, "guid-" + std::to_string(i));
    // A call that is sent while the answer is on its way knows nothing of it.
    if (i == 1) daemon->AwaitErr("no call to this host for 7 s");
  }
  ASSERT_TRUE(Eventually([&] { return world.Statuses().size() == 20; })) << daemon->Err();
  EXPECT_GE(std::chrono::steady_clock::now() - began, 7s);
  EXPECT_EQ(world.GitHub("GET", "/_sandbox/summary")["events"]["violation"], 0);
}

// A GitHub client and a sandbox on one clock, which sleeping advances.
class AdvancedClock : public ::testing::Test {
 protected:
  AdvancedClock() {
    sandbox_.Control("PUT", "/pulls", {{"org", "o"}, {"repo", "r"}, {"number", 1}});
    options_.endpoints = {sandbox_.github()};
    client_ =
        github::MakeClient(options_, *http_, *credentials_, budget_, clock_, logger_, *metrics_);
  }

  Result<PullRequest> Ask() {
    const std::string org = "o";
    const std::string repo = "r";
    return RunTask(context_, client_->GetPullRequest(org, repo, 1));
  }

  FakeClock clock_;
  SandboxThread sandbox_{{}, &clock_};
  RecordingLogger logger_;
  boost::asio::io_context context_{1};
  std::unique_ptr<http::Client> http_ = http::MakeCurlClient(context_.get_executor());
  std::unique_ptr<github::Credentials> credentials_ = github::MakeAnonymous();
  github::HostBudget budget_;
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  github::ClientOptions options_;
  std::unique_ptr<github::Client> client_;
};

TEST_F(AdvancedClock, MeasuresTheSameForEveryWayToAskForIt) {
  const struct {
    const char* name;
    nlohmann::json fault;
  } rows[] = {
      {"429", {{"kind", "429"}, {"retry_after", 7}}},
      {"secondary limit", {{"kind", "403-retry-after"}, {"retry_after", 7}}},
      {"exhausted", {{"kind", "403-ratelimit"}, {"reset", 7}}},
      {"maintenance", {{"kind", "503"}, {"retry_after", 7}}},
  };
  for (auto row : rows) {
    SCOPED_TRACE(row.name);
    row.fault.update({{"target", "github"}, {"count", 1}});
    sandbox_.Control("POST", "/faults", row.fault);
    const auto began = clock_.Monotonic();
    EXPECT_TRUE(Ask());
    EXPECT_GE(clock_.Monotonic() - began, 7s);
    EXPECT_LE(clock_.Monotonic() - began, 12s);
  }
  EXPECT_EQ(sandbox_.Control("GET", "/events?kind=violation")["events"].size(), 0u);
}

}  // namespace
}  // namespace prow_coverage::testing
