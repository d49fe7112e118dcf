#include <chrono>
#include <thread>

#include "sandbox_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::HasSubstr;

class FaultTest : public SandboxFixture {
 protected:
  void Order(json fault) {
    if (!fault.contains("target")) fault["target"] = "github";
    sandbox_.Control("POST", "/faults", fault);
  }

  // Statuses of `count` calls in a row; 0 for a transport error.
  std::vector<int> Ask(int count, const std::string& method = "GET",
                       const std::string& path = "pulls/1") {
    std::vector<int> statuses;
    for (int i = 0; i < count; ++i) {
      const auto response = sandbox_.Call(
          method, sandbox_.github() + "/repos/kubevirt/kubevirt/" + path, "{\"state\":\"error\"}");
      statuses.push_back(response ? response->status : 0);
    }
    return statuses;
  }

  std::size_t StatusesPosted() { return sandbox_.Control("GET", "/statuses").size(); }
};

TEST_F(FaultTest, StrikesTheFirstCalls) {
  Order({{"kind", "502"}, {"count", 2}});
  EXPECT_EQ(Ask(4), (std::vector{502, 502, 200, 200}));
}

TEST_F(FaultTest, StrikesEachSoManiethCall) {
  Order({{"kind", "429"}, {"every", 3}});
  EXPECT_EQ(Ask(6), (std::vector{200, 200, 429, 200, 200, 429}));
}

TEST_F(FaultTest, StrikesOnlyWhatItWasOrderedFor) {
  Order(
      {{"kind", "500"}, {"method", "POST"}, {"path_prefix", "/repos/kubevirt/kubevirt/statuses"}});
  Order({{"kind", "503"}, {"path_regex", "/files$"}});
  Order({{"kind", "504"}, {"target", "kube"}});
  EXPECT_EQ(Ask(1), std::vector{200});
  EXPECT_EQ(Ask(1, "POST", "statuses/" + head_sha_), std::vector{500});
  EXPECT_EQ(Ask(1, "GET", "pulls/1/files"), std::vector{503});
  EXPECT_EQ(Kube("GET", "/version").status, 504);
}

TEST_F(FaultTest, LooksLikeGitHubsOwnLimits) {
  Order({{"kind", "403-retry-after"}, {"retry_after", 7}, {"count", 1}});
  const auto secondary = GitHub("GET", "pulls/1");
  EXPECT_EQ(secondary.status, 403);
  EXPECT_EQ(secondary.header("retry-after"), "7");
  Order({{"kind", "403-ratelimit"}, {"reset", 30}, {"count", 1}});
  const auto primary = GitHub("GET", "pulls/1");
  EXPECT_EQ(primary.status, 403);
  EXPECT_EQ(primary.header("x-ratelimit-remaining"), "0");
  EXPECT_EQ(primary.header("x-ratelimit-reset"), "1787133630");
  EXPECT_THAT(primary.body, HasSubstr("API rate limit exceeded"));
}

TEST_F(FaultTest, TellsKubernetesFailuresAsAStatus) {
  Order({{"kind", "429"}, {"target", "kube"}, {"retry_after", 1}, {"count", 1}});
  const auto response = Kube("GET", "/version");
  EXPECT_EQ(json::parse(response.body)["reason"], "TooManyRequests");
  EXPECT_EQ(response.header("retry-after"), "1");
}

TEST_F(FaultTest, CutsTheConnection) {
  Order({{"kind", "cut"}, {"count", 1}});
  EXPECT_EQ(Ask(2, "POST", "statuses/" + head_sha_), (std::vector{0, 201}));
  EXPECT_EQ(StatusesPosted(), 1);
}

TEST_F(FaultTest, CutsTheConnectionAfterTheEffect) {
  Order({{"kind", "cut-after-effect"}, {"count", 1}});
  EXPECT_EQ(Ask(1, "POST", "statuses/" + head_sha_), std::vector{0});
  EXPECT_EQ(StatusesPosted(), 1);
}

TEST_F(FaultTest, DoesThingsTwice) {
  Order({{"kind", "duplicate"}, {"count", 1}});
  EXPECT_EQ(Ask(1, "POST", "statuses/" + head_sha_), std::vector{201});
  EXPECT_EQ(StatusesPosted(), 2);
}

TEST_F(FaultTest, AnswersSlowlyUntilTheClockIsAdvanced) {
  Order({{"kind", "slow"}, {"ms", 600'000}, {"count", 1}});
  std::vector<int> answers;
  std::thread caller([&] { answers = Ask(1); });
  boost::asio::io_context context;
  const auto client = http::MakeCurlClient(context.get_executor());
  http::Request request;
  request.url = sandbox_.github() + "/_sandbox/events?kind=fault";
  while (testing::RunTask(context, client->Send(request))->body.find("slow") == std::string::npos) {
  }
  request.method = "POST";
  request.url = sandbox_.github() + "/_sandbox/clock/advance";
  request.body = R"({"ms":600000})";
  EXPECT_EQ(testing::RunTask(context, client->Send(request))->status, 200);
  caller.join();
  EXPECT_EQ(answers, std::vector{200});
}

TEST_F(FaultTest, NotesACallThatComesTooEarly) {
  Order({{"kind", "429"}, {"retry_after", 7}, {"count", 1}});
  Ask(1);
  clock_.Advance(std::chrono::milliseconds(6990));
  Ask(1);
  const json violations = Events("violation");
  ASSERT_EQ(violations.size(), 1);
  EXPECT_THAT(violations[0]["what"], HasSubstr("called 10 ms too early"));
}

TEST_F(FaultTest, IsContentWithACallerThatWaits) {
  Order({{"kind", "403-ratelimit"}, {"reset", 7}, {"count", 1}});
  Ask(1);
  clock_.Advance(std::chrono::milliseconds(7000));
  Ask(1);
  EXPECT_EQ(Events("violation"), json::array());
}

TEST_F(FaultTest, ForgivesCallsWithinTheGrace) {
  Order({{"kind", "429"}, {"retry_after", 7}, {"grace_ms", 100}, {"count", 1}});
  Ask(1);
  clock_.Advance(std::chrono::milliseconds(99));
  Ask(1);
  EXPECT_EQ(Events("violation"), json::array());
}

TEST_F(FaultTest, HoldsTheLimitForOneHostOnly) {
  Order({{"kind", "429"}, {"retry_after", 7}, {"count", 1}});
  Ask(1);
  Kube("GET", "/version");
  EXPECT_EQ(Events("violation"), json::array());
}

TEST_F(FaultTest, EndsWhenItIsRemoved) {
  Order({{"kind", "500"}});
  EXPECT_EQ(sandbox_.Control("GET", "/faults")[0]["kind"], "500");
  sandbox_.Control("DELETE", "/faults");
  EXPECT_EQ(Ask(1), std::vector{200});
}

TEST_F(FaultTest, RefusesABrokenOrder) {
  struct Row {
    const char* name;
    json order;
    const char* says;
  };
  for (const Row& row : {
           Row{"no object", 5, "no JSON object"},
           Row{"kind", {{"kind", "199"}, {"target", "kube"}}, "kind"},
           Row{"target", {{"kind", "500"}}, "target"},
           Row{"regex", {{"kind", "500"}, {"target", "kube"}, {"path_regex", "("}}, "path_regex"},
           Row{"every", {{"kind", "500"}, {"target", "kube"}, {"every", 0}}, "every"},
       }) {
    SCOPED_TRACE(row.name);
    const auto response = GitHub("POST", "/_sandbox/faults", row.order.dump());
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr(row.says));
  }
}

}  // namespace
}  // namespace prow_coverage::sandbox
