// Every row of contracts 2, and what hostile clients send, over real sockets to the real daemon.

#include <sstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/webhook/signature.h"

#include "support/raw_http_client.h"
#include "support/temp_dir.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;
using Headers = std::vector<std::pair<std::string, std::string>>;

class IngressTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    world_ = new World;
    daemon_ = world_->StartDaemon({"--max-body-bytes=1048576"}).release();
  }
  static void TearDownTestSuite() {
    delete daemon_;
    delete world_;
  }

  static std::string Answer(const std::string& request) {
    RawHttpClient client(WebhookPort(*daemon_));
    client.Send(request);
    return client.ReadResponse();
  }

  static World* world_;
  static Process* daemon_;
};

World* IngressTest::world_ = nullptr;
Process* IngressTest::daemon_ = nullptr;

std::string Opened() { return TestData("payloads/pull_request.opened.json"); }
std::string Labeled() { return TestData("payloads/pull_request.labeled.json"); }

TEST_F(IngressTest, AnswersEachRowOfTheContract) {
  struct Row {
    const char* name;
    std::string request;
    int status;
    const char* text;
  };
  const std::string body = Labeled();
  const auto replaced = [](std::string request, const std::string& from, const std::string& to) {
    return request.replace(request.find(from), from.size(), to);
  };
  const Row rows[] = {
      {"unknown path", replaced(SignedRequest(body, "g"), "POST / ", "POST /hook "), 404, "/hook"},
      {"GET", replaced(SignedRequest("", "g"), "POST / ", "GET / "), 405, "Allow: POST"},
      {"no event", SignedRequest(body, "g", {{"X-GitHub-Event", ""}}), 400, "X-GitHub-Event"},
      {"no delivery", SignedRequest(body, "", {}), 400, "X-GitHub-Delivery"},
      {"no signature", SignedRequest(body, "g", {{"X-Hub-Signature-256", ""}}), 403,
       "X-Hub-Signature"},
      {"sha1 alone",
       SignedRequest(
           body, "g",
           {{"X-Hub-Signature-256", ""}, {"X-Hub-Signature", "sha1=" + std::string(40, 'a')}}),
       403, "X-Hub-Signature"},
      {"a form", SignedRequest(body, "g", {{"Content-Type", "application/x-www-form-urlencoded"}}),
       400, "application/json"},
      {"body over the limit", SignedRequest(std::string(1048577, ' '), "g"), 413, "limit"},
      {"no JSON", SignedRequest("payload=x", "g"), 403, ""},
      {"a JSON array", SignedRequest("[]", "g"), 403, ""},
      {"invalid UTF-8", SignedRequest("{\"a\":\"\xff\"}", "g"), 403, ""},
      {"wrong signature",
       SignedRequest(body, "g", {{"X-Hub-Signature-256", webhook::Sign("other", body)}}), 403, ""},
      {"a prefix of the signature",
       SignedRequest(body, "g",
                     {{"X-Hub-Signature-256", webhook::Sign(World::kSecret, body).substr(0, 40)}}),
       403, ""},
      {"charset in the content type",
       SignedRequest(body, "g", {{"Content-Type", "application/json; charset=utf-8"}}), 200,
       "Event received. Have a nice day."},
      {"not ours", SignedRequest(body, "g"), 200, "Event received. Have a nice day."},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto answer = Answer(row.request);
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 " + std::to_string(row.status)));
    EXPECT_THAT(answer, HasSubstr(row.text));
  }
}

TEST_F(IngressTest, ChecksInTheOrderOfTheContract) {
  // Everything is wrong: the first check wins, and nothing of the body is asked for.
  EXPECT_THAT(Answer("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999\r\n\r\n"),
              StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(Answer(SignedRequest("[", "g", {{"Content-Type", "text/plain"}})),
              StartsWith("HTTP/1.1 400"));
}

TEST_F(IngressTest, TakesAChunkedBody) {
  const std::string body = Labeled();
  auto request = SignedRequest("", "g",
                               {{"Content-Length", ""},
                                {"Transfer-Encoding", "chunked"},
                                {"X-Hub-Signature-256", webhook::Sign(World::kSecret, body)}});
  char size[32];
  std::snprintf(size, sizeof size, "%zx\r\n", body.size());
  EXPECT_THAT(Answer(request + size + body + "\r\n0\r\n\r\n"), StartsWith("HTTP/1.1 200"));
}

TEST_F(IngressTest, SendsContinueBeforeItReads) {
  const std::string body = Labeled();
  const auto request = SignedRequest(body, "g", {{"Expect", "100-continue"}});
  RawHttpClient client(WebhookPort(*daemon_));
  client.Send(request.substr(0, request.size() - body.size()));
  EXPECT_THAT(client.ReadUntil("\r\n\r\n"), StartsWith("HTTP/1.1 100"));
  client.Send(body);
  EXPECT_THAT(client.ReadResponse(), StartsWith("HTTP/1.1 200"));
}

TEST_F(IngressTest, KeepsTheConnectionForTheNextRequest) {
  RawHttpClient client(WebhookPort(*daemon_));
  for (int i = 0; i < 3; ++i) {
    client.Send(SignedRequest(Labeled(), "keep-alive-" + std::to_string(i)));
    EXPECT_THAT(client.ReadResponse(), StartsWith("HTTP/1.1 200"));
  }
}

TEST_F(IngressTest, RefusesWhatIsNoHttp) {
  struct Row {
    const char* name;
    std::string request;
    int status;
  };
  const Row rows[] = {
      {"garbage", "\x16\x03\x01\x02\r\n\r\n", 400},
      {"two lengths", SignedRequest("{}", "g", {{"content-length", "3"}}), 400},
      {"a header over the limit", SignedRequest("{}", "g", {{"X-Large", std::string(200000, 'x')}}),
       431},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_THAT(Answer(row.request), StartsWith("HTTP/1.1 " + std::to_string(row.status)));
  }
}

TEST_F(IngressTest, SurvivesATruncatedBody) {
  {
    RawHttpClient client(WebhookPort(*daemon_));
    const auto request = SignedRequest(Opened(), "truncated");
    client.Send(request.substr(0, request.size() / 2));
    client.ShutdownSend();
    const auto answer = client.ReadResponse();
    EXPECT_THAT(answer, StartsWith("HTTP/1.1 400"));
    EXPECT_THAT(answer, HasSubstr("the body was cut off"));
  }
  EXPECT_THAT(Answer(SignedRequest(Labeled(), "g")), StartsWith("HTTP/1.1 200"));
}

// The log line of a decision on the delivery.
nlohmann::json DecisionOn(const Process& daemon, const std::string& guid) {
  nlohmann::json decision;
  const bool found = Eventually([&] {
    std::istringstream lines(daemon.Err());
    for (std::string line; std::getline(lines, line);) {
      auto fields = nlohmann::json::parse(line, nullptr, false);
      if (!fields.is_object()) continue;  // not written to its end
      if (fields.value("event-GUID", "") == guid && fields.contains("reason")) decision = fields;
    }
    return !decision.is_null();
  });
  EXPECT_TRUE(found) << daemon.Err();
  return decision;
}

// Who has the secret may send anything; it is kept, with what is wrong with it.
TEST_F(IngressTest, KeepsASignedPayloadThatIsNoEventAsADeadLetter) {
  const auto number = [](const std::string& text) {
    auto event = nlohmann::json::parse(Opened());
    event["number"] = event["pull_request"]["number"] = "NUMBER";
    std::string body = event.dump();
    for (std::size_t at = 0; (at = body.find("\"NUMBER\"", at)) != std::string::npos;) {
      body.replace(at, 8, text);
    }
    return body;
  };
  const auto without = [](const std::string& pointer) {
    auto event = nlohmann::json::parse(Opened());
    const nlohmann::json::json_pointer path(pointer);
    event[path.parent_pointer()].erase(path.back());
    return event.dump();
  };
  const struct {
    const char* guid;
    std::string body;
    const char* detail;
  } rows[] = {
      {"no-number", without("/number"), "number is missing"},
      {"no-sha", without("/pull_request/head/sha"), "pull_request.head.sha is missing"},
      {"no-base", without("/pull_request/base"), "pull_request.base.repo"},
      {"number-2-to-the-64", number("18446744073709551616"), "number"},
      {"number-1e400", number("1e400"), "number"},
      {"number-fraction", number("4301.5"), "pull_request.number is not an integer"},
      {"number-negative", number("-1"), "no pull request number"},
      {"nested-100000-deep",
       R"({"action":"opened","x":)" + std::string(100000, '[') + std::string(100000, ']') +
           R"(,"repository":{"full_name":"kubevirt/project-infra"}})",
       "too deep"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.guid);
    EXPECT_THAT(Answer(SignedRequest(row.body, row.guid)), StartsWith("HTTP/1.1 200"));
    const auto decision = DecisionOn(*daemon_, row.guid);
    EXPECT_EQ(decision.value("reason", ""), "malformed_event");
    EXPECT_THAT(decision.value("detail", ""), HasSubstr(row.detail));
  }
}

TEST(Ingress, TellsTheSenderOfABodyOf26MiBItsLimit) {
  World world;
  const auto daemon = world.StartDaemon();
  RawHttpClient client(WebhookPort(*daemon));
  client.Send(SignedRequest(std::string(std::size_t{26} << 20, ' '), "large"));
  const auto answer = client.ReadResponse();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 413"));
  EXPECT_THAT(answer, HasSubstr("over the limit of 26214400 bytes"));
}

TEST_F(IngressTest, TellsTheDate) {
  EXPECT_THAT(Answer(SignedRequest(Labeled(), "g")), HasSubstr("\r\nDate: "));
}

TEST_F(IngressTest, CountsEventsAndAnswersUnderProwsNames) {
  Answer(SignedRequest(Labeled(), "g"));
  const auto [status, text] = Get(MetricsPort(*daemon_), "/metrics");
  EXPECT_EQ(status, 200);
  EXPECT_THAT(text, HasSubstr("prow_webhook_counter{event_type=\"pull_request\"}"));
  EXPECT_THAT(text, HasSubstr("prow_webhook_response_codes{response_code=\"200\"}"));
}

TEST_F(IngressTest, DescribesItselfToProwsHelp) {
  RawHttpClient client(WebhookPort(*daemon_));
  const std::string body = R"([{"Org":"kubevirt","Repo":"project-infra"}])";
  client.Send("POST /help HTTP/1.1\r\nHost: h\r\nContent-Length: " + std::to_string(body.size()) +
              "\r\n\r\n" + body);
  const auto answer = client.ReadResponse();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(answer, HasSubstr("\"Events\":[\"pull_request\"]"));
}

TEST_F(IngressTest, IsHealthyAndReady) {
  EXPECT_EQ(Get(HealthPort(*daemon_), "/healthz"), std::make_pair(200, std::string("OK")));
  EXPECT_EQ(Get(HealthPort(*daemon_), "/healthz/ready").first, 200);
}

}  // namespace
}  // namespace prow_coverage::testing
