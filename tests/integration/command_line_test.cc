// The verbs as a user types them.

#include <algorithm>
#include <sstream>

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

TEST(CommandLine, RefusesADryRunOnAStoredInbox) {
  const auto answer = Invoke({"serve", "--dry-run", "--inbox=/var/lib/prow-coverage/inbox.db"});
  EXPECT_EQ(answer.code, 2);
  EXPECT_THAT(answer.err, HasSubstr("their jobs are only printed"));
  EXPECT_THAT(answer.err, HasSubstr("leave --inbox out"));
}

TEST(CommandLine, SaysWhichNumbersAFlagTakes) {
  const struct {
    std::string argument;
    const char* flag;
    const char* range;
  } rows[] = {
      {"--port=70000", "--port", "0 to 65535"},
      {"--health-port=-1", "--health-port", "0 to 65535"},
      {"--max-body-bytes=0", "--max-body-bytes", "1 to 1073741824"},
      {"--max-connections=0", "--max-connections", "1 to 1000000"},
      {"--github-hourly-tokens=-1", "--github-hourly-tokens", "0 to 1000000"},
      {"--github-client.max-retries=-1", "--github-client.max-retries", "0 to 1000000"},
      {"--workers=0", "--workers", "1 to 256"},
      {"--grace-period=-5s", "--grace-period", "such as 180s"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.argument);
    const auto answer = Invoke({"serve", row.argument});
    EXPECT_EQ(answer.code, 2);
    EXPECT_THAT(answer.err, HasSubstr(row.flag));
    EXPECT_THAT(answer.err, HasSubstr(row.range));
  }
}

TEST(CommandLine, NamesTheFlagAndWhatItTakes) {
  const struct {
    std::vector<std::string> arguments;
    int code;
    const char* text;
  } rows[] = {
      {{"serve", "--dry-run-format", "xml"},
       2,
       "--dry-run-format: \"xml\" is not one of json and yaml"},
      {{"serve", "--port", "abc"}, 2, "--port: \"abc\" is not in range 0 to 65535"},
      {{"render", "--format", "xml"}, 2, "--format: \"xml\" is not one of yaml,json"},
      {{"render", "--event", "-", "--changed-files-from", "-"}, 2, "cannot both be standard input"},
      {{"render"}, 1, "--event - is empty: name a payload file"},
      {{"render", "--event", Payload("pull_request.opened.json"), "--changed-files", ""},
       1,
       "--changed-files has an empty name: write robots/a.go,README.md"},
      {{"check-config", "file.yaml"}, 2, "--config is required, as in: prow-coverage check-config"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.text);
    const auto answer = Invoke(row.arguments);
    EXPECT_EQ(answer.code, row.code);
    EXPECT_THAT(answer.err, HasSubstr(row.text));
    EXPECT_EQ(std::count(answer.err.begin(), answer.err.end(), '\n'), 1);
  }
}

TEST(CommandLine, SaysWhatIsWrongWithAnOrganizationsThrottle) {
  const auto bad = Invoke({"serve", "--github-throttle-org=kubevirt:many:1"});
  EXPECT_EQ(bad.code, 2);
  EXPECT_THAT(bad.err, HasSubstr("--github-throttle-org: \"kubevirt:many:1\": the hourly tokens"));
  EXPECT_THAT(bad.err, HasSubstr("write org:hourlyTokens:burst"));
  const auto twice =
      Invoke({"serve", "--github-throttle-org=o:10:1", "--github-throttle-org=O:20:2"});
  EXPECT_EQ(twice.code, 2);
  EXPECT_THAT(twice.err, HasSubstr("has a throttle already"));
}

TEST(CommandLine, RefusesWhatCannotWork) {
  const struct {
    const char* flag;
    const char* value;
    const char* fix;
  } rows[] = {
      {"--deck-url", "prow.ci.kubevirt.io", "write https://host[/path]"},
      {"--github-endpoint", "ghproxy", "write https://api.github.com"},
      {"--github-endpoint", "http:///", "write https://api.github.com"},
      {"--github-endpoint", "ftp://ghproxy", "write https://api.github.com"},
      {"--github-endpoint", "http://gh proxy", "write https://api.github.com"},
      {"--github-client.request-timeout", "0", "must be positive"},
      {"--max-age", "0", "at least 1s"},
      {"--jobs-namespace", "Prow_Jobs", "a-z, 0-9 and -"},
      {"--jobs-namespace", "-jobs", "a-z, 0-9 and -"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.flag) + "=" + row.value);
    const auto answer = Invoke({"serve", std::string(row.flag) + "=" + row.value});
    EXPECT_EQ(answer.code, 2);
    EXPECT_THAT(answer.err, HasSubstr(row.flag));
    EXPECT_THAT(answer.err, HasSubstr(row.fix));
  }
}

TEST(CommandLine, RefusesTimesThatMakeNoSense) {
  for (const char* flag : {"--keep=30m", "--keep=-1h", "--keep=14", "--reconcile-interval=10ms",
                           "--reconcile-interval=soon"}) {
    SCOPED_TRACE(flag);
    const auto answer = Invoke({"serve", flag});
    EXPECT_EQ(answer.code, 2);
    const std::string text(flag);
    EXPECT_THAT(answer.err, HasSubstr(text.substr(0, text.find('='))));
  }
}

TEST(Render, PrintsTheJobOfAPayload) {
  const auto answer = Invoke({"render", "--event", Payload("pull_request.opened.json"),
                              "--changed-files", "README.md,robots/a.go", "--format", "json"});
  EXPECT_EQ(answer.code, 0) << answer.err;
  const auto job = nlohmann::json::parse(answer.out);
  EXPECT_EQ(job["kind"], "ProwJob");
  EXPECT_EQ(job["spec"]["refs"]["pulls"][0]["number"], 4301);
}

// A file of the Go plugin, to the whole job, field by field. Different from the Go plugin on
// purpose: the deterministic name, the given base SHA, no volume with a token.
TEST(Render, MakesTheGoPluginsJobOfItsOwnFile) {
  const auto answer =
      Invoke({"render", "--event", Payload("pull_request.opened.json"), "--config",
              std::string(PROW_COVERAGE_TESTDATA) + "/render/go_plugin.yaml", "--changed-files",
              "robots/a.go", "--base-sha", std::string(40, 'c'), "--format", "json"});
  ASSERT_EQ(answer.code, 0) << answer.err;
  auto job = nlohmann::json::parse(answer.out);
  EXPECT_EQ(job["status"].erase("startTime"), 1u);
  const auto expected = nlohmann::json::parse(TestData("render/go_plugin.json"));
  EXPECT_EQ(nlohmann::json::diff(expected, job), nlohmann::json::array());
}

TEST(Render, MakesAJobOfEveryPullRequestThatGitHubSends) {
  for (const char* name :
       {"opened.bot", "opened.draft", "opened.first_time_contributor", "opened.fork",
        "opened.long_branch", "opened.long_title", "opened.mannequin", "opened.non_ascii_title",
        "synchronize", "synchronize.deleted_fork"}) {
    SCOPED_TRACE(name);
    const auto payload = "pull_request." + std::string(name) + ".json";
    const auto answer = Invoke({"render", "--event", Payload(payload), "--changed-files",
                                "robots/a.go", "--format", "json"});
    ASSERT_EQ(answer.code, 0) << answer.err;
    const auto event = nlohmann::json::parse(TestData("payloads/" + payload));
    const auto& pull = event["pull_request"];
    const auto job = nlohmann::json::parse(answer.out);
    const auto& rendered = job["spec"]["refs"]["pulls"][0];
    EXPECT_EQ(rendered["sha"], pull["head"]["sha"]);
    EXPECT_EQ(rendered["title"], pull["title"]);
    EXPECT_EQ(rendered["head_ref"], pull["head"]["ref"]);
  }
}

TEST(Render, SaysWhyThereIsNoJob) {
  const auto answer = Invoke(
      {"render", "--event", Payload("pull_request.opened.json"), "--changed-files", "README.md"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_TRUE(answer.out.empty());
  EXPECT_THAT(answer.err, HasSubstr("no_go_changes"));
}

TEST(Render, HasNoJobWhereTheDaemonHasNone) {
  const struct {
    const char* payload;
    const char* why;
  } rows[] = {
      {"pull_request.labeled.json", "no job: action_not_handled: Only the actions opened,"},
      {"pull_request.edited.json", "action edited"},
      {"pull_request.closed.json", "no job: pull_request_closed: The pull request is no longer"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.payload);
    const auto answer = Invoke({"render", "--event", Payload(row.payload)});
    EXPECT_EQ(answer.code, 1);
    EXPECT_TRUE(answer.out.empty());
    EXPECT_THAT(answer.err, HasSubstr(row.why));
  }
}

TEST(Render, HasNoJobForARepositoryThatIsNotConfigured) {
  TempDir dir;
  const auto config = dir.Write("config.yaml", "repos: {a/b: }\n");
  const auto answer = Invoke(
      {"render", "--event", Payload("pull_request.opened.json"), "--config", config.string()});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.err, HasSubstr("no job: repository_not_configured"));
}

TEST(Render, FollowsTheExampleOfItsHelp) {
  const auto help = Invoke({"render", "--help"}).out;
  const std::string flag = "--changed-files ";
  const auto example = help.find("Example:");
  ASSERT_NE(example, std::string::npos);
  const auto files = help.substr(help.find(flag, example) + flag.size());
  const auto answer = Invoke({"render", "--event", Payload("pull_request.opened.json"),
                              "--changed-files", files.substr(0, files.find_first_of(" \n"))});
  EXPECT_EQ(answer.code, 0) << answer.err;
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
  EXPECT_THAT(answer.out, HasSubstr("ping.repository.json  ping  GUID"));
  EXPECT_THAT(answer.out, HasSubstr("labeled.json  pull_request  GUID"));
}

TEST(Replay, RefusesAPayloadThatTellsNoEvent) {
  TempDir dir;
  const auto hmac = dir.Write("hmac", "s");
  const auto payload = dir.Write("payload.json", R"({"action":"created","team":{}})");
  const auto answer = Invoke({"replay", "--hmac-secret-file", hmac.string(), payload.string()});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.err, HasSubstr("name it with --event"));
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
  EXPECT_THAT(answer.out,
              HasSubstr("# timeoutMinutes, gracePeriodSeconds, utilityImages, gcs.pathStrategy"));
  EXPECT_EQ(Invoke({"check-config", "--config", config.string(), "--repo", "a/b"}).code, 1);
  EXPECT_EQ(Invoke({"check-config", "--config", (dir.path() / "absent").string()}).code, 1);
}

std::string WithoutComments(const std::string& yaml, const std::string& indent = "") {
  std::istringstream in(yaml);
  std::string text;
  for (std::string line; std::getline(in, line);) {
    if (!line.starts_with("#")) text += indent + line + "\n";
  }
  return text;
}

// What is printed says everything: as `defaults` it yields itself, and the same job.
TEST(CheckConfig, PrintsWhatIsBuiltInSoThatItYieldsTheSameJob) {
  const struct {
    const char* name;
    std::string config;
    const char* shown;
  } rows[] = {
      {"nothing said", "repos: {kubevirt/project-infra: }\n", "args:\n- make coverage\n"},
      {"the Go plugin's command",
       "repos: {kubevirt/project-infra: {image: i, testPackages: ./..., env: {A: b}}}\n",
       "testPackages: ./...\n"},
      {"a command and a threshold",
       "repos: {kubevirt/project-infra: {command: [make], coverageThreshold: 70}}\n",
       "coverageThreshold: 70\n"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    TempDir dir;
    const auto print = [&](const std::string& file) {
      const auto answer =
          Invoke({"check-config", "--config", file, "--repo", "kubevirt/project-infra"});
      EXPECT_EQ(answer.code, 0) << answer.err;
      return WithoutComments(answer.out);
    };
    const auto job = [&](const std::string& file) {
      const auto answer =
          Invoke({"render", "--event", Payload("pull_request.opened.json"), "--config", file,
                  "--changed-files", "pkg/a.go", "--format", "json"});
      EXPECT_EQ(answer.code, 0) << answer.err;
      auto object = nlohmann::json::parse(answer.out, nullptr, false);
      object.erase("status");
      return object;
    };
    const auto given = dir.Write("given.yaml", row.config).string();
    const std::string printed = print(given);
    for (const char* key : {"image: ", "timeoutMinutes: 120", "bucket: kubevirt-prow", "- ./...\n",
                            "namespace: kubevirt-prow-jobs", row.shown}) {
      EXPECT_THAT(printed, HasSubstr(key));
    }
    const auto again = dir.Write("again.yaml", "repos: {kubevirt/project-infra: }\ndefaults:\n" +
                                                   WithoutComments(printed, "  "))
                           .string();
    EXPECT_EQ(print(again), printed);
    EXPECT_EQ(job(again), job(given));
  }
}

}  // namespace
}  // namespace prow_coverage::testing
