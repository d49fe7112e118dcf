// Thousands that were only accepted when the daemon was killed.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger.h"
#include "support/pull_requests.h"
#include "support/raw_http_client.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::StartsWith;

constexpr int kPulls = 2000;
constexpr int kConnections = 16;

std::string Guid(int number) { return "pending-" + std::to_string(number); }

// Many at once, so that they share syncs.
void DeliverAll(std::uint16_t port) {
  std::vector<std::unique_ptr<RawHttpClient>> clients;
  for (int i = 0; i < kConnections; ++i) {
    clients.push_back(
        std::make_unique<RawHttpClient>(port, "127.0.0.1", std::chrono::seconds(120)));
  }
  for (int first = 1; first <= kPulls; first += kConnections) {
    for (int i = 0; i < kConnections; ++i) {
      clients[i]->Send(SignedRequest(OpenedPayload(first + i), Guid(first + i)));
    }
    for (auto& client : clients) ASSERT_THAT(client->ReadResponse(), StartsWith("HTTP/1.1 200"));
  }
}

TEST(Pending, ThousandsAreTakenUpAfterAKill) {
  World world;
  PutPulls(world, 1, kPulls);
  const std::string inbox = (world.dir().path() / "inbox.db").string();
  // GitHub answers nobody, so that everything stays in work.
  world.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}});
  auto daemon = world.StartDaemon({"--inbox=" + inbox});
  DeliverAll(WebhookPort(*daemon));
  daemon->Signal(SIGKILL);
  daemon->Wait();
  EXPECT_TRUE(world.Jobs().empty());
  world.GitHub("DELETE", "/_sandbox/faults");
  // A queue that holds half of them: they are taken up as there is room.
  daemon = world.StartDaemon({"--inbox=" + inbox, "--queue-size=1000"});
  ASSERT_TRUE(AwaitRest(inbox, std::chrono::minutes(4)));
  std::map<std::string, DeliveryStream::Sent> sent;
  for (int number = 1; number <= kPulls; ++number) sent[Guid(number)] = {number, true};
  Ledger(world, inbox).ExpectKept(sent);
}

}  // namespace
}  // namespace prow_coverage::testing
