#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/raw_http_client.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

TEST(Shutdown, EndsWithZeroAtOnceWhenNothingIsUnderWay) {
  World world;
  const auto daemon = world.StartDaemon();
  daemon->Signal(SIGTERM);
  EXPECT_EQ(daemon->Wait(std::chrono::seconds(5)), 0);
}

TEST(Shutdown, FinishesWhatIsInFlight) {
  World world;
  const auto daemon = world.StartDaemon();
  world.GitHub("POST", "/_sandbox/faults",
               {{"target", "github"}, {"kind", "slow"}, {"ms", 200}, {"count", 40}});
  for (int i = 1; i <= 10; ++i) {
    world.PutPull(i, {"robots/a.go"});
    world.Deliver(*daemon, i, "guid-" + std::to_string(i));
  }
  daemon->Signal(SIGTERM);
  EXPECT_EQ(daemon->Wait(), 0);
  EXPECT_EQ(world.Jobs().size(), 10u);
  EXPECT_EQ(world.Statuses().size(), 10u);
  EXPECT_THAT(daemon->Err(), HasSubstr("everything accepted has been worked off"));
}

TEST(Shutdown, SaysHowManyDeliveriesWaitForALaterAttempt) {
  const struct {
    std::vector<std::string> flags;
    const char* fate;
  } rows[] = {{{}, "a later attempt stays in the inbox"},
              {{"--inbox=:memory:"}, "a later attempt is lost with the inbox"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.fate);
    World world;
    world.PutPull(1, {"robots/a.go"});
    world.GitHub("POST", "/_sandbox/faults",
                 {{"target", "github"}, {"kind", "403-ratelimit"}, {"reset", 600}});
    const auto daemon = world.StartDaemon(row.flags);
    world.Deliver(*daemon, 1, "guid-1");
    daemon->AwaitErr("waiting_for_github");
    daemon->Signal(SIGTERM);
    EXPECT_EQ(daemon->Wait(std::chrono::seconds(10)), 0);
    EXPECT_THAT(daemon->Err(), HasSubstr(row.fate));
    EXPECT_THAT(daemon->Err(), HasSubstr("\"waiting\":1"));
    EXPECT_THAT(daemon->Err(), Not(HasSubstr("everything accepted")));
  }
}

TEST(Shutdown, IsNotReadyAndLetsNobodyInWhileItDrains) {
  World world;
  const auto daemon = world.StartDaemon();
  world.PutPull(1, {"robots/a.go"});
  world.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}, {"count", 1}});
  world.Deliver(*daemon, 1, "guid-1");
  const auto port = WebhookPort(*daemon);
  daemon->Signal(SIGTERM);
  daemon->AwaitErr("shutting down");
  EXPECT_TRUE(Eventually([&] { return RawHttpClient::Refused(port); }));
  const auto [status, text] = Get(HealthPort(*daemon), "/healthz/ready");
  EXPECT_EQ(status, 503);
  EXPECT_THAT(text, HasSubstr("shutting down"));
  EXPECT_EQ(Get(HealthPort(*daemon), "/healthz").first, 200);
}

TEST(Shutdown, AnswersARequestThatItHasBegunToRead) {
  World world;
  const auto daemon = world.StartDaemon();
  const auto request = SignedRequest(TestData("payloads/pull_request.labeled.json"), "half");
  RawHttpClient client(WebhookPort(*daemon));
  client.Send(request.substr(0, request.size() / 2));
  // The daemon has seen the beginning when it answers on another connection.
  Get(WebhookPort(*daemon), "/");
  daemon->Signal(SIGTERM);
  daemon->AwaitErr("shutting down");
  client.Send(request.substr(request.size() / 2));
  EXPECT_THAT(client.ReadResponse(), StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(daemon->Wait(), 0);
}

TEST(Shutdown, EndsAtTheSecondSignal) {
  World world;
  const auto daemon = world.StartDaemon();
  world.PutPull(1, {"robots/a.go"});
  world.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}, {"count", 1}});
  world.Deliver(*daemon, 1, "guid-1");
  daemon->Signal(SIGTERM);
  daemon->AwaitErr("shutting down");
  daemon->Signal(SIGTERM);
  EXPECT_EQ(daemon->Wait(std::chrono::seconds(5)), 0);
  EXPECT_THAT(daemon->Err(), HasSubstr("second signal"));
}

TEST(Shutdown, LeavesTheRestInTheInboxWhenTheGracePeriodIsOver) {
  World world;
  const auto daemon = world.StartDaemon({"--grace-period=100ms"});
  world.PutPull(1, {"robots/a.go"});
  world.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}, {"count", 1}});
  world.Deliver(*daemon, 1, "guid-1");
  daemon->Signal(SIGTERM);
  EXPECT_EQ(daemon->Wait(std::chrono::seconds(10)), 0);
  EXPECT_THAT(daemon->Err(), HasSubstr("the grace period is over"));
}

}  // namespace
}  // namespace prow_coverage::testing
