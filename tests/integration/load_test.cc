// Ten thousand pull requests while every fifth call to GitHub fails.

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

TEST(Load, EveryPullRequestGetsItsJobOnceWhileGitHubFails) {
  const int pulls = Pulls();
  World world;
  PutPulls(world, 1, pulls);
  for (const auto& fault :
       {nlohmann::json{{"target", "github"}, {"kind", "502"}, {"every", 10}},
        nlohmann::json{{"target", "github"}, {"kind", "429"}, {"retry_after", 0}, {"every", 9}}}) {
    world.GitHub("POST", "/_sandbox/faults", fault);
  }
  const auto daemon = world.StartDaemon();
  DeliverAll(WebhookPort(*daemon), pulls);
  const auto posted = [&] {
    return world.GitHub("GET", "/_sandbox/summary")["statuses"].get<int>();
  };
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(400);
  while (posted() < pulls && std::chrono::steady_clock::now() < deadline) ::usleep(100'000);
  EXPECT_GE(posted(), pulls);
  const auto summary = world.GitHub("GET", "/_sandbox/summary");
  EXPECT_GT(summary["events"]["fault"], pulls / 4);
  std::set<std::string> heads;
  const auto jobs = world.Jobs();
  EXPECT_EQ(jobs.size(), static_cast<std::size_t>(pulls));
  for (const auto& job : jobs) heads.insert(job["spec"]["refs"]["pulls"][0]["sha"]);
  EXPECT_EQ(heads.size(), static_cast<std::size_t>(pulls));
}

}  // namespace
}  // namespace prow_coverage::testing
