// Ten thousand pull requests while every fifth call to GitHub fails.

#include <algorithm>
#include <cstdlib>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/pull_requests.h"
#include "support/raw_http_client.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

// PROW_COVERAGE_LOAD_PULLS: fewer where a sanitizer makes each step ten times as slow.
int Pulls() {
  const char* text = std::getenv("PROW_COVERAGE_LOAD_PULLS");
  return text == nullptr ? 10000 : std::atoi(text);
}

// Each is sent again while it is answered 503.
void DeliverAll(std::uint16_t port, int pulls) {
  RawHttpClient client(port, "127.0.0.1", std::chrono::seconds(500));
  for (int number = 1; number <= pulls; ++number) {
    const auto request = SignedRequest(OpenedPayload(number), "load-" + std::to_string(number));
    while (true) {
      client.Send(request);
      const auto answer = client.ReadResponse();
      if (answer.starts_with("HTTP/1.1 200")) break;
      ASSERT_TRUE(answer.starts_with("HTTP/1.1 503")) << answer;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
  }
}

// Of each a twentieth, the rest succeeds.
void PlanJobs(World& world, int pulls) {
  auto scenarios = nlohmann::json::array({{{"outcome", "success"}}});
  for (const char* outcome : {"failure", "error", "image-pull", "evicted-at-once", "no-cluster",
                              "pod-gone", "aborted", "deleted"}) {
    scenarios.push_back({{"outcome", outcome}, {"run_ms", 500}, {"count", pulls / 20}});
  }
  world.Plank(scenarios);
}

// Heads whose status is not final, or missing.
int Unanswered(World& world, int pulls) {
  const auto heads = world.GitHub("GET", "/_sandbox/heads");
  EXPECT_EQ(heads.size(), static_cast<std::size_t>(pulls));
  return static_cast<int>(std::count_if(heads.begin(), heads.end(), [](const auto& head) {
    const nlohmann::json::json_pointer state("/statuses/coverage-auto/state");
    return head.value(state, "pending") == "pending";
  }));
}

TEST(Load, EveryPullRequestGetsItsJobAndItsFinalStatusWhileGitHubFails) {
  const int pulls = Pulls();
  World world;
  PutPulls(world, 1, pulls);
  for (const auto& fault :
       {nlohmann::json{{"target", "github"}, {"kind", "502"}, {"every", 10}},
        nlohmann::json{{"target", "github"}, {"kind", "429"}, {"retry_after", 0}, {"every", 9}}}) {
    world.GitHub("POST", "/_sandbox/faults", fault);
  }
  PlanJobs(world, pulls);
  const auto daemon = world.StartDaemon({"--artifacts-url=" + world.artifacts_url()});
  DeliverAll(WebhookPort(*daemon), pulls);
  EXPECT_TRUE(Eventually(
      [&] {
        ::usleep(2'000'000);
        return Unanswered(world, pulls) == 0;
      },
      std::chrono::seconds(400)))
      << Unanswered(world, pulls) << " heads have no final status";
  const auto summary = world.GitHub("GET", "/_sandbox/summary");
  EXPECT_GT(summary["events"]["fault"], pulls / 4);
  std::set<std::string> heads;
  std::set<std::string> names;
  std::set<std::string> interrupted;  // heads; the further job may be aborted as well
  std::size_t aborted = 0;
  for (const auto& job : world.Jobs()) {
    const std::string head = job["spec"]["refs"]["pulls"][0]["sha"];
    heads.insert(head);
    names.insert(job["metadata"]["name"]);
    if (job["status"]["state"] != "aborted") continue;
    ++aborted;
    interrupted.insert(head);
  }
  const auto deleted = static_cast<std::size_t>(pulls / 20);
  EXPECT_EQ(aborted, deleted);
  EXPECT_GE(heads.size() + deleted, static_cast<std::size_t>(pulls));
  EXPECT_EQ(names.size() + deleted, static_cast<std::size_t>(pulls) + interrupted.size())
      << "one job for each, and one further job for each that was aborted";
}

}  // namespace
}  // namespace prow_coverage::testing
