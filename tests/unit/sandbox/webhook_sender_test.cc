#include "prow_coverage/webhook/event.h"
#include "prow_coverage/webhook/signature.h"

#include "sandbox_fixture.h"
#include "support/tiny_http_server.h"

namespace prow_coverage::sandbox {
namespace {

using testing::TinyAnswer;
using testing::TinyHttpServer;
using testing::TinyRequest;

class WebhookSenderTest : public SandboxFixture {
 protected:
  json Deliver(json more = json::object()) {
    more.update({{"url", plugin_.Url("/")},
                 {"secret", "s3cret"},
                 {"org", "kubevirt"},
                 {"repo", "kubevirt"},
                 {"number", 1}});
    return sandbox_.Control("POST", "/deliver", more);
  }

  TinyHttpServer plugin_{[](const TinyRequest&) { return TinyAnswer::Of(200, "thanks"); }};
};

TEST_F(WebhookSenderTest, SendsASignedPullRequestEvent) {
  const json result = Deliver({{"action", "opened"}});
  EXPECT_EQ(result["answers"][0]["status"], 200);
  EXPECT_EQ(result["answers"][0]["body"], "thanks");
  const TinyRequest sent = plugin_.requests().at(0);
  EXPECT_EQ(sent.headers.at("x-github-event"), "pull_request");
  EXPECT_EQ(sent.headers.at("x-github-delivery"), result["guid"].get<std::string>());
  EXPECT_TRUE(webhook::Verify("s3cret", sent.body, sent.headers.at("x-hub-signature-256")));
}

TEST_F(WebhookSenderTest, SendsAPayloadLikeGitHubs) {
  Deliver({{"action", "synchronize"}});
  const std::string body = plugin_.requests().at(0).body;
  EXPECT_GT(body.size(), 20'000);
  const auto event = webhook::ParsePullRequestEvent(body);
  ASSERT_TRUE(event) << event.error().message;
  EXPECT_EQ(event->action, "synchronize");
  EXPECT_EQ(event->pull.number, 1);
  EXPECT_EQ(event->pull.head_sha, head_sha_);
}

TEST_F(WebhookSenderTest, DeliversTheSameThingSeveralTimes) {
  EXPECT_EQ(Deliver({{"times", 3}, {"guid", "g-1"}})["answers"].size(), 3);
  const auto sent = plugin_.requests();
  ASSERT_EQ(sent.size(), 3);
  EXPECT_EQ(sent[2].headers.at("x-github-delivery"), "g-1");
  EXPECT_EQ(sent[0].body, sent[2].body);
}

TEST_F(WebhookSenderTest, SendsAPayloadAsGiven) {
  Deliver({{"event", "ping"}, {"payload", {{"zen", "x"}}}});
  EXPECT_EQ(plugin_.requests().at(0).headers.at("x-github-event"), "ping");
  EXPECT_EQ(plugin_.requests().at(0).body, R"({"zen":"x"})");
}

TEST_F(WebhookSenderTest, TellsThatNobodyAnswered) {
  const auto response = GitHub("POST", "/_sandbox/deliver",
                               json{{"url", "http://127.0.0.1:1/"}, {"payload", "x"}}.dump());
  EXPECT_TRUE(json::parse(response.body)["answers"][0].contains("error"));
}

TEST_F(WebhookSenderTest, RefusesAnUnknownPullRequest) {
  EXPECT_EQ(GitHub("POST", "/_sandbox/deliver", json{{"url", plugin_.Url("/")}}.dump()).status,
            400);
}

}  // namespace
}  // namespace prow_coverage::sandbox
