// The wall clock jumps by a day while deliveries wait.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger.h"
#include "support/pull_requests.h"
#include "support/raw_http_client.h"
#include "support/shim.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr int kDay = 24 * 3600;

class ClockJump : public ::testing::TestWithParam<int> {
 protected:
  ClockJump() : inbox_((world_.dir().path() / "inbox.db").string()) {
    PutPulls(world_, 1, 5);
    // What a jump does to --max-age is the business of the handler's own tests.
    daemon_ = world_.StartDaemon({"--inbox=" + inbox_, "--max-age=100h"}, shim_.Environment());
  }

  std::string Deliver(int number, const std::string& guid) {
    RawHttpClient client(WebhookPort(*daemon_));
    return client.Exchange(SignedRequest(OpenedPayload(number), guid));
  }

  World world_;
  Shim shim_;
  const std::string inbox_;
  std::unique_ptr<Process> daemon_;
};

TEST_P(ClockJump, DelaysAndLosesNothing) {
  world_.GitHub("POST", "/_sandbox/faults", {{"target", "kube"}, {"kind", "403"}});
  EXPECT_THAT(Deliver(1, "before"), StartsWith("HTTP/1.1 200"));
  // The log line comes before the record: between the two a jump back may cost an hour.
  ASSERT_TRUE(Eventually([&] {
    return AskDeliveries(inbox_, {"list"}).second.find("waiting_for_k") != std::string::npos;
  }));
  shim_.control().clock_offset_s = GetParam();
  EXPECT_THAT(Deliver(2, "after"), StartsWith("HTTP/1.1 200"));
  world_.GitHub("DELETE", "/_sandbox/faults");
  ASSERT_TRUE(AwaitRest(inbox_)) << daemon_->Err();
  Ledger(world_, inbox_).ExpectKept({{"before", {1, true}}, {"after", {2, true}}});
}

TEST_P(ClockJump, LeavesANewerHeadsJobTheLaterOne) {
  EXPECT_THAT(Deliver(1, "guid-1"), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(AwaitRest(inbox_));
  shim_.control().clock_offset_s = GetParam();
  const std::string newer(40, 'f');
  world_.GitHub(
      "POST", "/_sandbox/push",
      {{"org", "kubevirt"}, {"repo", "project-infra"}, {"number", 1}, {"head_sha", newer}});
  EXPECT_THAT(world_.Deliver(*daemon_, 1, "guid-2", "synchronize"), ::testing::ElementsAre(200));
  ASSERT_TRUE(Eventually([&] { return world_.Jobs().size() == 2; })) << daemon_->Err();
  std::map<std::string, std::string> starts;
  for (const auto& job : world_.Jobs()) {
    starts[job["spec"]["refs"]["pulls"][0]["sha"]] = job["status"]["startTime"];
  }
  EXPECT_LT(starts[HeadSha(1)], starts[newer]);
}

INSTANTIATE_TEST_SUITE_P(ByADay, ClockJump, ::testing::Values(kDay, -kDay),
                         [](const auto& row) { return row.param > 0 ? "Forwards" : "Backwards"; });

}  // namespace
}  // namespace prow_coverage::testing
