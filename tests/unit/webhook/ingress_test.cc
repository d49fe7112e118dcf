#include "prow_coverage/webhook/ingress.h"

#include <string>

#include <gtest/gtest.h>

#include "prow_coverage/webhook/signature.h"

#include "support/temp_dir.h"

namespace prow_coverage::webhook {

std::ostream& operator<<(std::ostream& out, const Refusal& refusal) { return out << refusal.text; }

namespace {

Headers GoodHeaders() {
  return {.event = "pull_request",
          .delivery = "72d3162e-cc78-11e3-81ab-4c9367dc0958",
          .signature = "sha256=",
          .content_type = "application/json"};
}

// "" when nothing is refused.
std::string Answer(const std::optional<Refusal>& refusal) {
  if (!refusal) return "";
  EXPECT_EQ(refusal->text.substr(0, 3), std::to_string(refusal->status));
  return refusal->text;
}

TEST(CheckHeaders, AcceptsWhatGitHubSends) { EXPECT_EQ(CheckHeaders(GoodHeaders()), std::nullopt); }

TEST(CheckHeaders, RefusesAHeaderThatIsMissingOrEmpty) {
  struct Row {
    const char* name;
    std::optional<std::string_view> Headers::*field;
    const char* answer;
  };
  const Row rows[] = {
      {"event", &Headers::event, "400 Bad Request: the X-GitHub-Event header is missing"},
      {"delivery", &Headers::delivery, "400 Bad Request: the X-GitHub-Delivery header is missing"},
      {"signature", &Headers::signature,
       "403 Forbidden: the X-Hub-Signature-256 header is missing: set a secret for this webhook on "
       "GitHub"},
      {"content type", &Headers::content_type,
       "400 Bad Request: the Content-Type must be application/json: choose it for this webhook on "
       "GitHub"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    auto headers = GoodHeaders();
    headers.*row.field = std::nullopt;
    EXPECT_EQ(Answer(CheckHeaders(headers)), row.answer);
    headers.*row.field = "";
    EXPECT_EQ(Answer(CheckHeaders(headers)), row.answer);
  }
}

TEST(CheckHeaders, FirstFailureWins) {
  Headers headers;
  const char* const order[] = {"X-GitHub-Event", "X-GitHub-Delivery", "X-Hub-Signature-256",
                               "Content-Type"};
  std::optional<std::string_view> Headers::*const fields[] = {
      &Headers::event, &Headers::delivery, &Headers::signature, &Headers::content_type};
  const std::string_view values[] = {"push", "guid", "sha256=", "application/json"};
  for (int i = 0; i < 4; ++i) {
    SCOPED_TRACE(order[i]);
    EXPECT_NE(Answer(CheckHeaders(headers)).find(order[i]), std::string::npos);
    headers.*fields[i] = values[i];
  }
  EXPECT_EQ(CheckHeaders(headers), std::nullopt);
}

TEST(CheckHeaders, BoundsWhatBecomesAKeyOrALabel) {
  struct Row {
    const char* name;
    std::string value;
    bool accepted;
  };
  const Row rows[] = {
      {"no UUID", "my-own.delivery:1", true},
      {"256 bytes", std::string(256, 'x'), true},
      {"257 bytes", std::string(257, 'x'), false},
      {"10 KB", std::string(10240, 'x'), false},
      {"control character", "a\x01z", false},
      {"delete", "a\x7Fz", false},
      {"tab", "a\tz", false},
      {"space", "a z", false},
      {"NUL", std::string("a\0z", 3), false},
      {"non-ASCII", "\xC3\xA4", false},
  };
  for (const auto& row : rows) {
    for (const auto field : {&Headers::event, &Headers::delivery}) {
      SCOPED_TRACE(row.name);
      auto headers = GoodHeaders();
      headers.*field = row.value;
      const auto refusal = CheckHeaders(headers);
      EXPECT_EQ(!refusal, row.accepted);
      EXPECT_EQ(refusal ? refusal->status : 400, 400);
    }
  }
}

TEST(CheckHeaders, ReadsTheMediaTypeAsRfc9110Does) {
  struct Row {
    const char* content_type;
    bool accepted;
  };
  const Row rows[] = {
      {"application/json", true},
      {"Application/JSON", true},
      {"application/json; charset=utf-8", true},
      {"application/json;charset=UTF-8", true},
      {"application/json \t; charset=utf-8", true},
      {"application/json;", true},
      {"application/jsonx", false},
      {"application/jso", false},
      {"application/json+x", false},
      {"text/json", false},
      {"application/x-www-form-urlencoded", false},
      {"text/plain; application/json", false},
      {";application/json", false},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.content_type);
    auto headers = GoodHeaders();
    headers.content_type = row.content_type;
    const auto refusal = CheckHeaders(headers);
    EXPECT_EQ(!refusal, row.accepted);
    EXPECT_EQ(refusal ? refusal->status : 400, 400);
  }
}

class CheckBodyTest : public ::testing::Test {
 protected:
  // Signs with `secret` and checks; "" when accepted.
  std::string Answer(std::string_view body, std::string_view secret) {
    return AnswerTo(body, Sign(secret, body));
  }

  std::string AnswerTo(std::string_view body, std::string_view signature) {
    auto headers = GoodHeaders();
    headers.signature = signature;
    const auto envelope = CheckBody(headers, body, secrets_);
    if (envelope) return "";
    EXPECT_EQ(envelope.error().status, 403);
    return envelope.error().text;
  }

  const Secrets secrets_ = Secrets::Parse(R"(
kubevirt/project-infra: [{value: repo-old}, {value: repo-new}]
kubevirt: [{value: org}]
)")
                               .value();
  const std::string body_ = testing::TestData("payloads/pull_request.opened.json");
};

TEST_F(CheckBodyTest, AnswersTheEnvelope) {
  auto headers = GoodHeaders();
  const auto signature = Sign("repo-new", body_);
  headers.signature = signature;
  const auto envelope = CheckBody(headers, body_, secrets_);
  ASSERT_TRUE(envelope);
  EXPECT_EQ(*envelope, (Envelope{"opened", "kubevirt/project-infra", "kubevirt"}));
}

TEST_F(CheckBodyTest, EveryTokenOfARotationIsGood) {
  EXPECT_EQ(Answer(body_, "repo-old"), "");
  EXPECT_EQ(Answer(body_, "repo-new"), "");
}

TEST_F(CheckBodyTest, TakesTheSecretOfTheMostSpecificLevel) {
  EXPECT_EQ(Answer(R"({"repository":{"full_name":"kubevirt/kubevirt"}})", "org"), "");
  EXPECT_EQ(Answer(testing::TestData("payloads/ping.organization.json"), "org"), "");
  EXPECT_EQ(Answer(body_, "org"),
            "403 Forbidden: X-Hub-Signature-256 does not match the webhook secret for "
            "kubevirt/project-infra");
}

TEST_F(CheckBodyTest, RefusesAWrongSignature) {
  EXPECT_NE(Answer(body_, "guessed"), "");
  EXPECT_NE(Answer(body_, ""), "");
  EXPECT_NE(AnswerTo(body_ + " ", Sign("repo-new", body_)), "");
}

TEST_F(CheckBodyTest, SaysWhenTheHeaderIsNoSignatureAtAll) {
  const char* const answer =
      "403 Forbidden: X-Hub-Signature-256 is not \"sha256=\" and 64 hex digits";
  EXPECT_EQ(AnswerTo(body_, "sha1=2fd4e1c67a2d28fced849ee1bb76e7391b93eb12"), answer);
  EXPECT_EQ(AnswerTo(body_, Sign("repo-new", body_).substr(0, 70)), answer);
}

TEST_F(CheckBodyTest, RefusesWhomThereIsNoSecretFor) {
  EXPECT_EQ(Answer(R"({"repository":{"full_name":"kubernetes/test-infra"}})", "org"),
            "403 Forbidden: there is no webhook secret for kubernetes/test-infra");
  EXPECT_EQ(Answer(R"({"zen":"…"})", "org"),
            "403 Forbidden: there is no webhook secret for an event without repository and "
            "organization");
}

TEST_F(CheckBodyTest, RefusesWhatIsNoJsonObject) {
  EXPECT_EQ(Answer("[]", "org").find("403 Forbidden: the body is no JSON object: "), 0u);
  EXPECT_EQ(Answer("", "org").find("403 Forbidden: the body is no JSON object: "), 0u);
}

TEST_F(CheckBodyTest, FirstFailureWins) {
  EXPECT_NE(AnswerTo("[]", "sha1=").find("no JSON object"), std::string::npos);
  EXPECT_NE(AnswerTo("{}", "sha1=").find("no webhook secret"), std::string::npos);
}

}  // namespace
}  // namespace prow_coverage::webhook
