// The verbs as a user types them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

std::string Payload(const std::string& name) {
  return std::string(PROW_COVERAGE_TESTDATA) + "/payloads/" + name;
}

struct Answer {
  int code;
  std::string out;
  std::string err;
};

Answer Invoke(std::vector<std::string> arguments, const std::string& input = "") {
  arguments.insert(arguments.begin(), World::Binary("prow-coverage"));
  Process process(arguments, input);
  const int code = process.Wait();
  return {code, process.Out(), process.Err()};
}

TEST(CommandLine, HelpsEveryVerbWithAnExample) {
  for (const char* verb : {"serve", "render", "replay", "check-config", "deliveries", "pr-pod"}) {
    SCOPED_TRACE(verb);
    const auto answer = Invoke({verb, "--help"});
    EXPECT_EQ(answer.code, 0);
    EXPECT_THAT(answer.out, HasSubstr(std::string("prow-coverage ") + verb));
  }
}

TEST(CommandLine, NamesTheNearestFlagAndVerb) {
  const auto flag = Invoke({"--hmac-secret-flie=x"});
  EXPECT_EQ(flag.code, 2);
  EXPECT_THAT(flag.err, HasSubstr("did you mean --hmac-secret-file?"));
  const auto verb = Invoke({"rendr"});
  EXPECT_EQ(verb.code, 2);
  EXPECT_THAT(verb.err, HasSubstr("did you mean render?"));
}

TEST(CommandLine, RefusesContradictoryFlags) {
  const auto answer = Invoke({"serve", "--github-app-id=1"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_THAT(answer.err, HasSubstr("--github-app-private-key-path"));
}

TEST(Render, PrintsTheJobOfAPayload) {
  const auto answer = Invoke({"render", "--event", Payload("pull_request.opened.json"),
                              "--changed-files", "README.md,robots/a.go", "--format", "json"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  const auto job = nlohmann::json::parse(answer.out);
  EXPECT_EQ(job["kind"], "ProwJob");
  EXPECT_EQ(job["spec"]["refs"]["pulls"][0]["number"], 4301);
}

TEST(Render, SaysWhyThereIsNoJob) {
  const auto answer = Invoke(
      {"render", "--event", Payload("pull_request.opened.json"), "--changed-files", "README.md"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(answer.out.empty());
  EXPECT_THAT(answer.err, HasSubstr("no_go_changes"));
}

TEST(Render, ReadsStandardInputAndNamesAttemptAndBase) {
  const std::string base(40, 'c');
  const std::vector<std::string> arguments = {"render", "--changed-files", "a/b.go", "--base-sha",
                                              base,     "--coverage-dirs", "./...",  "--format",
                                              "json"};
  auto second = arguments;
  second.insert(second.end(), {"--attempt", "2"});
  const std::string payload = TestData("payloads/pull_request.opened.json");
  const auto one = nlohmann::json::parse(Invoke(arguments, payload).out);
  const auto two = nlohmann::json::parse(Invoke(second, payload).out);
  EXPECT_EQ(one["spec"]["refs"]["base_sha"], base);
  EXPECT_NE(one["metadata"]["name"], two["metadata"]["name"]);
}

TEST(Render, NamesTheFieldThatAPayloadLacks) {
  const auto answer = Invoke({"render"}, R"({"action":"opened","pull_request":{"number":1}})");
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.err, HasSubstr("missing"));
}

TEST(Replay, SendsEachFileAndPrintsTheAnswer) {
  World world;
  const auto daemon = world.StartDaemon();
  const auto answer =
      Invoke({"replay", "--url", "http://127.0.0.1:" + std::to_string(WebhookPort(*daemon)) + "/",
              "--hmac-secret-file", (world.dir().path() / "hmac").string(),
              Payload("pull_request.labeled.json"), Payload("ping.repository.json")});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("200  Event received. Have a nice day."));
}

TEST(Replay, FailsWhenAnAnswerIsNotTwoHundred) {
  World world;
  const auto daemon = world.StartDaemon();
  const auto wrong = world.dir().Write("wrong-hmac", "another secret");
  const auto answer =
      Invoke({"replay", "--url", "http://127.0.0.1:" + std::to_string(WebhookPort(*daemon)) + "/",
              "--hmac-secret-file", wrong.string(), Payload("pull_request.labeled.json")});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.out, HasSubstr("403"));
}

TEST(CheckConfig, PrintsARepositoryAsMerged) {
  TempDir dir;
  const auto config = dir.Write("config.yaml",
                                "defaults: {image: i, cluster: c, namespace: n, gcs: {bucket: b}}\n"
                                "repos:\n  kubevirt/kubevirt: {testPackages: ./pkg/...}\n");
  const auto answer =
      Invoke({"check-config", "--config", config.string(), "--repo", "kubevirt/kubevirt"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("testPackages: ./pkg/..."));
  EXPECT_THAT(answer.out, HasSubstr("image: i"));
  EXPECT_EQ(Invoke({"check-config", "--config", config.string(), "--repo", "a/b"}).code, 1);
  EXPECT_EQ(Invoke({"check-config", "--config", (dir.path() / "absent").string()}).code, 1);
}

}  // namespace
}  // namespace prow_coverage::testing
