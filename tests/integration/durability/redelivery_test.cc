// GUIDs that are strange or known already.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger.h"
#include "support/pull_requests.h"
#include "support/raw_http_client.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class Redelivery : public ::testing::Test {
 protected:
  Redelivery() : inbox_((world_.dir().path() / "inbox.db").string()) {
    PutPulls(world_, 1, 5);
    daemon_ = world_.StartDaemon({"--inbox=" + inbox_});
  }

  std::string Deliver(int number, const std::string& guid) {
    RawHttpClient client(WebhookPort(*daemon_));
    return client.Exchange(SignedRequest(OpenedPayload(number), guid));
  }

  World world_;
  const std::string inbox_;
  std::unique_ptr<Process> daemon_;
};

TEST_F(Redelivery, WithAnotherBodyIsRefusedAndLogged) {
  EXPECT_THAT(Deliver(1, "guid-1"), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(Deliver(2, "guid-1"), StartsWith("HTTP/1.1 409"));
  EXPECT_THAT(daemon_->Err(), HasSubstr("conflicting_redelivery"));
  ASSERT_TRUE(AwaitRest(inbox_));
  EXPECT_TRUE(AskDeliveries(inbox_, {"export", "guid-1"}).second == OpenedPayload(1));
  Ledger(world_, inbox_).ExpectKept({{"guid-1", {1, true}}});
}

TEST_F(Redelivery, OfAnyGuidThatIsNoUuidIsRecognised) {
  const std::string guids[] = {"1", "../../etc/passwd", "';DROP/**/TABLE/**/deliveries;--",
                               std::string(256, 'g')};
  std::map<std::string, DeliveryStream::Sent> sent;
  int number = 0;
  for (const auto& guid : guids) {
    SCOPED_TRACE(guid);
    sent[guid] = {++number, true};
    EXPECT_THAT(Deliver(number, guid), StartsWith("HTTP/1.1 200"));
    EXPECT_THAT(Deliver(number, guid), StartsWith("HTTP/1.1 200"));
    EXPECT_EQ(AskDeliveries(inbox_, {"show", guid}).first, 0);
  }
  ASSERT_TRUE(AwaitRest(inbox_));
  Ledger(world_, inbox_).ExpectKept(sent);
}

TEST_F(Redelivery, OfAGuidOf10KilobytesIsRefusedAndNothingElseHappens) {
  EXPECT_THAT(Deliver(1, std::string(10 << 10, 'g')), StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(daemon_->Err(), HasSubstr("X-GitHub-Delivery"));
  EXPECT_LT(daemon_->Err().size(), 100'000u);
  EXPECT_THAT(Deliver(1, "guid-1"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(AwaitRest(inbox_));
  Ledger(world_, inbox_).ExpectKept({{"guid-1", {1, true}}});
}

// Killed after the create, before the status: the second run meets its own job.
TEST_F(Redelivery, ShowsHowAKilledDeliveryWasFinished) {
  // Without a reporter the handler sets the first status itself.
  daemon_.reset();
  daemon_ = world_.StartDaemon({"--inbox=" + inbox_, "--report=false"});
  world_.GitHub("POST", "/_sandbox/faults",
                {{"target", "github"}, {"kind", "hang"}, {"method", "POST"}, {"count", 1}});
  EXPECT_THAT(Deliver(1, "guid-1"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(Eventually([&] { return world_.Jobs().size() == 1; }));
  daemon_->Signal(SIGKILL);
  daemon_->Wait();
  EXPECT_THAT(AskDeliveries(inbox_, {"list"}).second, HasSubstr("received"));
  daemon_ = world_.StartDaemon({"--inbox=" + inbox_, "--report=false"});
  ASSERT_TRUE(AwaitRest(inbox_));
  const auto [code, trace] = AskDeliveries(inbox_, {"show", "guid-1"});
  EXPECT_EQ(code, 0);
  for (const char* word : {"job_exists", "already_exists", "existing", "status     ok"}) {
    EXPECT_THAT(trace, HasSubstr(word));
  }
  Ledger(world_, inbox_).ExpectKept({{"guid-1", {1, true}}});
}

}  // namespace
}  // namespace prow_coverage::testing
