// Heads whose webhooks were lost: the daemon as a process, GitHub and Kubernetes as the sandbox.

#include <algorithm>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kConfig =
    "defaults: {image: i, cluster: c, namespace: kubevirt-prow-jobs, gcs: {bucket: b}}\n"
    "repos:\n  kubevirt/project-infra: {testPackages: ./..., coverageDirs: [./robots/...]}\n";

class ReconcileTest : public ::testing::Test {
 protected:
  std::unique_ptr<Process> Start(std::vector<std::string> more = {"--reconcile-interval=1s"}) {
    more.push_back("--config=" + world_.dir().Write("config.yaml", kConfig).string());
    if (std::find(more.begin(), more.end(), "--dry-run") == more.end()) {
      more.push_back("--inbox=" + (world_.dir().path() / "inbox.db").string());
    }
    return world_.StartDaemon(more);
  }

  void Stop(Process& daemon) {
    daemon.Signal(SIGTERM);
    EXPECT_EQ(daemon.Wait(), 0) << daemon.Err();
  }

  // Comparisons that the daemon has told of.
  static int Comparisons(const Process& daemon) {
    const std::string log = daemon.Err();
    int count = 0;
    for (std::size_t at = 0; (at = log.find("open pull requests reconciled", at)) != log.npos;
         ++at) {
      ++count;
    }
    return count;
  }

  static void AwaitComparisons(const Process& daemon, int more) {
    const int before = Comparisons(daemon);
    ASSERT_TRUE(Eventually([&] { return Comparisons(daemon) >= before + more; })) << daemon.Err();
  }

  // Requests to GitHub whose answer was not 304, from event `after` on.
  std::pair<int, std::int64_t> Charged(std::int64_t after) {
    const auto journal = world_.GitHub(
        "GET", "/_sandbox/events?host=github&kind=answer&after=" + std::to_string(after));
    int charged = 0;
    for (const auto& event : journal["events"]) charged += event["status"] != 304 ? 1 : 0;
    return {charged, journal["last"].get<std::int64_t>()};
  }

  bool Answered(std::size_t heads) {
    std::set<std::string> pending;
    for (const auto& status : world_.Statuses()) pending.insert(status["sha"]);
    return pending.size() == heads;
  }

  World world_;
};

TEST_F(ReconcileTest, AnswersEachHeadOnceWhoseWebhookWasLost) {
  constexpr int kPulls = 120;  // two pages
  for (int number = 1; number <= kPulls; ++number) world_.PutPull(number, {"robots/a.go"});
  world_.PutPull(kPulls + 1, {"docs/a.md"});
  auto daemon = Start();
  ASSERT_TRUE(Eventually([&] { return Answered(kPulls); })) << daemon->Err();
  daemon->AwaitErr("no_go_changes");
  EXPECT_EQ(world_.Jobs().size(), static_cast<std::size_t>(kPulls));
  EXPECT_EQ(world_.Statuses().size(), static_cast<std::size_t>(kPulls));

  // What has been answered costs nothing more.
  AwaitComparisons(*daemon, 1);
  const auto start = Charged(0).second;
  AwaitComparisons(*daemon, 2);
  const auto [charged, end] = Charged(start);
  EXPECT_EQ(charged, 0);
  EXPECT_GT(end, start);
  EXPECT_EQ(world_.Jobs().size(), static_cast<std::size_t>(kPulls));
  EXPECT_THAT(Get(MetricsPort(*daemon), "/metrics").second,
              HasSubstr("\nprow_coverage_heads_without_answer 0"));

  // A restart knows them as well: two pages of pull requests and nothing else.
  Stop(*daemon);
  const auto restart = Charged(0).second;
  daemon = Start({"--reconcile-interval=10m"});
  AwaitComparisons(*daemon, 1);
  EXPECT_EQ(Charged(restart).first, 2);
  EXPECT_EQ(world_.Statuses().size(), static_cast<std::size_t>(kPulls));
}

TEST_F(ReconcileTest, AnswersAHeadThatIsSetBackAfterItsJobWasAborted) {
  const auto pull = world_.PutPull(1, {"robots/a.go"});
  // A reporter would be first.
  auto daemon = Start({"--reconcile-interval=1s", "--report=false"});
  ASSERT_TRUE(Eventually([&] { return Answered(1); })) << daemon->Err();
  Stop(*daemon);
  const std::string job = world_.Jobs()[0]["metadata"]["name"];
  world_.Kube("PATCH", "/apis/prow.k8s.io/v1/namespaces/kubevirt-prow-jobs/prowjobs/" + job,
              {{"status", {{"state", "aborted"}}}});
  daemon = Start({"--reconcile-interval=1s", "--report=false"});
  ASSERT_TRUE(Eventually([&] { return world_.Jobs().size() == 2; })) << daemon->Err();
  AwaitComparisons(*daemon, 2);
  EXPECT_EQ(world_.Jobs().size(), 2u);
  EXPECT_THAT(daemon->Err(), HasSubstr("delivered before, 1 job aborted, status pending"));
}

TEST_F(ReconcileTest, IsToldInTheTrace) {
  world_.PutPull(1, {"robots/a.go"});
  const auto daemon = Start();
  ASSERT_TRUE(Eventually([&] { return Answered(1); })) << daemon->Err();
  std::string text;
  EXPECT_TRUE(Eventually([&] {
    Process show({World::Binary("prow-coverage"), "deliveries", "show", "kubevirt/project-infra#1",
                  "--inbox=" + (world_.dir().path() / "inbox.db").string()});
    show.Wait();
    text = show.Out();
    return text.find("job_created") != std::string::npos;
  }));
  EXPECT_THAT(text, HasSubstr("(reconcile)"));
  EXPECT_THAT(text, HasSubstr("reconciled: no delivery, no job, no status"));
}

TEST_F(ReconcileTest, StaysOffWithZeroAndWithoutAConfiguration) {
  world_.PutPull(1, {"robots/a.go"});
  const auto off = Start({"--reconcile-interval=0"});
  const auto unconfigured = world_.StartDaemon({"--reconcile-interval=1s"});
  unconfigured->AwaitErr("nothing to reconcile");
  EXPECT_THAT(off->Err(), Not(HasSubstr("reconcil")));
  EXPECT_TRUE(world_.Jobs().empty());
}

TEST_F(ReconcileTest, WritesNothingInADryRun) {
  world_.PutPull(1, {"robots/a.go"});
  const auto daemon = Start({"--reconcile-interval=1s", "--dry-run", "--dry-run-format=json"});
  ASSERT_TRUE(Eventually([&] { return daemon->Out().find("triggered") != std::string::npos; }))
      << daemon->Err();
  AwaitComparisons(*daemon, 2);
  EXPECT_EQ(daemon->Out().find('\n') + 1, daemon->Out().size());
  EXPECT_TRUE(world_.Jobs().empty());
  EXPECT_TRUE(world_.Statuses().empty());
}

TEST_F(ReconcileTest, EndsWithTheDaemonInTheMiddleOfAComparison) {
  world_.PutPull(1, {"robots/a.go"});
  world_.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}});
  const auto daemon = Start();
  ASSERT_TRUE(Eventually(
      [&] { return world_.GitHub("GET", "/_sandbox/summary")["events"]["fault"] == 1; }));
  Stop(*daemon);
}

TEST_F(ReconcileTest, IgnoredDeliveriesAreKeptOnRequest) {
  const auto daemon = Start({"--reconcile-interval=0", "--inbox-keep-ignored"});
  world_.PutPull(1, {"robots/a.go"});
  world_.Deliver(*daemon, 1, "ignored-1", "labeled");
  std::string text;
  EXPECT_TRUE(Eventually([&] {
    Process list({World::Binary("prow-coverage"), "deliveries", "list", "--state=done",
                  "--inbox=" + (world_.dir().path() / "inbox.db").string()});
    list.Wait();
    text = list.Out();
    return text.find("ignored-1") != std::string::npos;
  }));
  EXPECT_THAT(text, HasSubstr("action_not_handled"));
  EXPECT_THAT(text, HasSubstr("kubevirt/project-infra#1"));
}

}  // namespace
}  // namespace prow_coverage::testing
