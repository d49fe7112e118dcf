#include "plank_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

class ArtifactsTest : public PlankFixture {
 protected:
  Result<http::Response> Ask(const std::string& path) {
    return sandbox_.Call("GET", sandbox_.artifacts() + "/" + path);
  }
  std::string Get(const std::string& path) { return Ask(path).value().body; }

  // Runs a job to its end and answers its build's directory.
  std::string Run(const json& scenario, const json& gcs = json::object(), int pull = 1) {
    Plank(scenario);
    json job = DecoratedJob("job-" + std::to_string(pull), pull);
    job["spec"]["decoration_config"]["gcs_configuration"].update(gcs);
    Create(job);
    Advance(1000);
    const std::string url = Status("job-" + std::to_string(pull))["url"];
    const std::string deck = "https://prow.ci.kubevirt.io/view/gs/";
    EXPECT_THAT(url, StartsWith(deck));
    return url.substr(deck.size());
  }

  void Order(json fault) {
    fault["target"] = "artifacts";
    sandbox_.Control("POST", "/faults", fault);
  }
};

TEST_F(ArtifactsTest, LieWhereTheLinkPointsTo) {
  struct Row {
    const char* name;
    json gcs;
    const char* directory;
  };
  int pull = 0;
  for (const Row& row : {
           Row{"explicit", json::object(), "kubevirt-prow/pr-logs/pull/kubevirt_kubevirt/"},
           Row{"scheme", {{"bucket", "gs://b"}}, "b/pr-logs/pull/kubevirt_kubevirt/"},
           Row{"prefix", {{"path_prefix", "p"}}, "kubevirt-prow/p/pr-logs/pull/kubevirt_kubevirt/"},
           Row{"single",
               {{"path_strategy", "single"},
                {"default_org", "kubevirt"},
                {"default_repo", "kubevirt"}},
               "kubevirt-prow/pr-logs/pull/"},
           Row{"single, other repository",
               {{"path_strategy", "single"},
                {"default_org", "kubevirt"},
                {"default_repo", "other"}},
               "kubevirt-prow/pr-logs/pull/kubevirt_kubevirt/"},
           Row{"legacy, other repository",
               {{"path_strategy", "legacy"},
                {"default_org", "kubevirt"},
                {"default_repo", "other"}},
               "kubevirt-prow/pr-logs/pull/kubevirt/"},
           Row{"legacy, other org",
               {{"path_strategy", "legacy"}, {"default_org", "k8s"}, {"default_repo", "kubevirt"}},
               "kubevirt-prow/pr-logs/pull/kubevirt_kubevirt/"},
       }) {
    SCOPED_TRACE(row.name);
    ++pull;
    const std::string directory = Run({{"outcome", "success"}}, row.gcs, pull);
    EXPECT_THAT(directory, StartsWith(row.directory + std::to_string(pull) + "/coverage-auto/"));
    EXPECT_THAT(Get(directory + "/artifacts/coverage-summary.json"), HasSubstr("pr_coverage"));
  }
}

TEST_F(ArtifactsTest, TellTheScenariosNumbers) {
  const std::string directory = Run(
      {{"outcome", "success"}, {"coverage", {{"pr", 48.6}, {"base", 50}, {"threshold", 62.5}}}});
  EXPECT_EQ(
      json::parse(Get(directory + "/artifacts/coverage-summary.json")),
      (json{{"pr_coverage", 48.6}, {"base_coverage", 50.0}, {"delta", -1.4}, {"threshold", 62.5}}));
  EXPECT_EQ(Get(directory + "/artifacts/filtered.cov"),
            "mode: set\ngithub.com/kubevirt/kubevirt/main.go:1.1,10.2 486 1\n"
            "github.com/kubevirt/kubevirt/main.go:11.1,20.2 514 0\n");
  EXPECT_THAT(Get(directory + "/artifacts/filtered.html"), HasSubstr("id=\"file0\""));
  EXPECT_EQ(json::parse(Get(directory + "/finished.json"))["passed"], true);
  EXPECT_EQ(json::parse(Get(directory + "/started.json"))["repo-commit"], "abc");
}

TEST_F(ArtifactsTest, KnowNoBaselineAsNull) {
  const std::string directory =
      Run({{"outcome", "success"},
           {"coverage", {{"pr", 48.6}, {"base", nullptr}, {"threshold", nullptr}}}});
  EXPECT_EQ(json::parse(Get(directory + "/artifacts/coverage-summary.json")),
            (json{{"pr_coverage", 48.6},
                  {"base_coverage", nullptr},
                  {"delta", nullptr},
                  {"threshold", nullptr}}));
}

TEST_F(ArtifactsTest, AreNotLeftByAPodThatNeverRan) {
  const std::string directory = Run({{"outcome", "image-pull"}, {"run_ms", 100}});
  EXPECT_EQ(Ask(directory + "/artifacts/coverage-summary.json")->status, 404);
  EXPECT_EQ(json::parse(Get(directory + "/finished.json"))["passed"], false);
}

TEST_F(ArtifactsTest, AreReplacedOrMissingWhenTheScenarioSaysSo) {
  const std::string directory = Run({{"outcome", "success"},
                                     {"files",
                                      {{"artifacts/coverage-summary.json", "{\"pr_coverage\": NaN"},
                                       {"artifacts/filtered.cov", nullptr},
                                       {"podinfo.json", {{"pod", nullptr}}}}}});
  EXPECT_EQ(Get(directory + "/artifacts/coverage-summary.json"), "{\"pr_coverage\": NaN");
  EXPECT_EQ(Ask(directory + "/artifacts/filtered.cov")->status, 404);
  EXPECT_EQ(Get(directory + "/podinfo.json"), "{\"pod\":null}");
}

TEST_F(ArtifactsTest, CanBePutAndRemovedByHand) {
  GitHub("PUT", "/_sandbox/artifacts/bucket/a/b.txt", "text");
  EXPECT_EQ(Ask("bucket/a/b.txt")->header("content-type"), "text/plain; charset=utf-8");
  EXPECT_EQ(Get("bucket/a/b.txt"), "text");
  EXPECT_EQ(sandbox_.Control("GET", "/artifacts"), json::array({"bucket/a/b.txt"}));
  GitHub("DELETE", "/_sandbox/artifacts/bucket/a/b.txt");
  EXPECT_THAT(Get("bucket/a/b.txt"), HasSubstr("NoSuchKey"));
}

TEST_F(ArtifactsTest, SufferTheFaultsOfAStore) {
  GitHub("PUT", "/_sandbox/artifacts/b/x", "0123456789");
  Order({{"kind", "503"}, {"count", 1}});
  EXPECT_EQ(Ask("b/x")->status, 503);
  Order({{"kind", "200"}, {"body", "{\"pr_coverage\": 1e999}"}, {"count", 1}});
  EXPECT_EQ(Get("b/x"), "{\"pr_coverage\": 1e999}");
  Order({{"kind", "redirect"}, {"location", sandbox_.github() + "/version"}, {"count", 1}});
  const auto redirect = Ask("b/x").value();
  EXPECT_EQ(redirect.status, 302);
  EXPECT_EQ(redirect.header("location"), sandbox_.github() + "/version");
  Order({{"kind", "huge"}, {"count", 1}});
  EXPECT_EQ(Get("b/x").size(), 10u << 20);
  Order({{"kind", "drip"}, {"ms", 1}, {"count", 1}});
  EXPECT_EQ(Get("b/x"), "0123456789");
  Order({{"kind", "cut"}, {"count", 1}});
  EXPECT_FALSE(Ask("b/x").has_value());
  EXPECT_EQ(Get("b/x"), "0123456789");
}

}  // namespace
}  // namespace prow_coverage::sandbox
