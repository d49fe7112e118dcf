#include "reconciled_event.h"

#include <gtest/gtest.h>

#include "prow_coverage/handler/synthetic_delivery.h"
#include "prow_coverage/webhook/event.h"

#include "support/temp_dir.h"

namespace prow_coverage::handler {
namespace {

constexpr std::string_view kHost = "https://github.com";

PullRequest Recorded(const std::string& payload) {
  return webhook::ParsePullRequestEvent(testing::TestData("payloads/" + payload)).value().pull;
}

TEST(ReconciledEvent, IsReadBackToTheSamePullRequest) {
  for (const char* payload :
       {"pull_request.opened.json", "pull_request.opened.fork.json",
        "pull_request.opened.non_ascii_title.json", "pull_request.opened.draft.json",
        "pull_request.synchronize.deleted_fork.json", "pull_request.opened.mannequin.json"}) {
    SCOPED_TRACE(payload);
    const PullRequest pull = Recorded(payload);
    const auto delivery = ReconciledDelivery(pull, kHost, 0, "no delivery");
    const auto event = webhook::ParsePullRequestEvent(delivery.body);
    ASSERT_TRUE(event) << event.error().message;
    EXPECT_EQ(event->pull, pull);
    EXPECT_EQ(event->action, delivery.action);
  }
}

TEST(ReconciledEvent, HasTheEnvelopeOfAWebhook) {
  const PullRequest pull = Recorded("pull_request.opened.json");
  const auto delivery = ReconciledDelivery(pull, kHost, 0, "no delivery");
  const webhook::Envelope expected{"synchronize", RepoName(pull), pull.org};
  EXPECT_EQ(webhook::ParseEnvelope(delivery.body).value(), expected);
  EXPECT_EQ(delivery.origin, "reconcile");
  EXPECT_EQ(delivery.head_sha, pull.head_sha);
}

TEST(ReconciledEvent, HasAGuidOfItsHeadAndItsEvidence) {
  PullRequest pull = Recorded("pull_request.opened.json");
  const auto guid = [&](std::int64_t after) {
    return ReconciledDelivery(pull, kHost, after, "").guid;
  };
  const std::string first = guid(0);
  EXPECT_EQ(guid(0), first);
  EXPECT_NE(guid(7), first);
  pull.title = "another title";
  EXPECT_EQ(guid(0), first);
  pull.head_sha = std::string(40, 'c');
  EXPECT_NE(guid(0), first);
}

TEST(ReconciledEvent, CarriesItsCause) {
  const auto delivery = ReconciledDelivery(Recorded("pull_request.opened.json"), kHost, 0, "why");
  EXPECT_EQ(BecauseOf(delivery.body), "why");
  EXPECT_EQ(BecauseOf("<html>"), "");
  EXPECT_EQ(BecauseOf("{}"), "");
}

}  // namespace
}  // namespace prow_coverage::handler
