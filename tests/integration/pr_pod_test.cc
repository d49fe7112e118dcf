// `prow-coverage pr-pod` as a user types it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kToken = "ghp_ThisIsTheTokenThatNobodyMaySee0042";

struct PodAnswer {
  int code;
  std::string out;
  std::string err;
};

// With no environment but PATH and what `variables` say.
PodAnswer PrPod(const std::vector<std::string>& arguments,
                const std::vector<std::string>& variables = {}) {
  std::vector<std::string> all = {"/usr/bin/env", "-i", "PATH=/usr/bin:/bin"};
  all.insert(all.end(), variables.begin(), variables.end());
  all.push_back(World::Binary("prow-coverage"));
  all.push_back("pr-pod");
  all.insert(all.end(), arguments.begin(), arguments.end());
  Process process(all);
  const int code = process.Wait();
  return {code, process.Out(), process.Err()};
}

const std::vector<std::string> kSomeRun = {
    "run", "--repo", "https://github.com/a/b", "--ref", "main", "--base", "main"};

std::vector<std::string> With(std::vector<std::string> arguments,
                              const std::vector<std::string>& more) {
  arguments.insert(arguments.end(), more.begin(), more.end());
  return arguments;
}

std::string Kubeconfig(const std::string& context, const std::string& server) {
  return R"({"apiVersion":"v1","kind":"Config","current-context":")" + context +
         R"(","clusters":[{"name":"c","cluster":{"server":")" + server +
         R"("}}],"contexts":[{"name":")" + context +
         R"(","context":{"cluster":"c","user":"u"}}],)" +
         R"("users":[{"name":"u","user":{"token":"t"}}]})";
}

TEST(PrPod, PrintsTheObjectsWithoutACluster) {
  const auto answer =
      PrPod(With(kSomeRun, {"--dry-run", "--build"}), {"GITHUB_PAT=" + std::string(kToken)});
  EXPECT_EQ(answer.code, 0) << answer.err;
  for (const char* kind :
       {"Job", "Secret", "ServiceAccount", "Role", "RoleBinding", "ConfigMap", "Deployment"}) {
    EXPECT_THAT(answer.out, HasSubstr(std::string("\nkind: ") + kind + "\n"));
  }
  EXPECT_THAT(answer.out + answer.err, Not(HasSubstr(kToken)));
}

TEST(PrPod, RefusesAClusterThatDoesNotLookLikeADevelopmentOne) {
  TempDir dir;
  const auto file =
      dir.Write("kubeconfig", Kubeconfig("production", "https://api.example.org:6443")).string();
  for (const char* command : {"run", "status", "logs", "verify", "clean", "doctor"}) {
    SCOPED_TRACE(command);
    const std::vector<std::string> arguments =
        std::string(command) == "run" ? kSomeRun : std::vector<std::string>{command};
    const auto answer = PrPod(arguments, {"KUBECONFIG_DEV=" + file});
    EXPECT_EQ(answer.code, 1);
    EXPECT_THAT(answer.out + answer.err, HasSubstr("--allow-context production"));
    EXPECT_THAT(answer.out + answer.err, HasSubstr("KUBECONFIG_DEV"));
  }
}

TEST(PrPod, RefusesBadInputInOneLine) {
  struct Row {
    const char* name;
    std::vector<std::string> arguments;
    std::vector<std::string> variables;
    int code;
    const char* says;
  };
  const Row rows[] = {
      {"nothing to run", {"run", "--dry-run"}, {}, 1, "say what to run"},
      {"token with a newline", With(kSomeRun, {"--dry-run"}), {"GITHUB_PAT=a\nb"}, 1, "GITHUB_PAT"},
      {"name too long",
       With(kSomeRun, {"--dry-run", "--name", std::string(64, 'a')}),
       {},
       1,
       "64 characters"},
      {"no kubeconfig", kSomeRun, {"KUBECONFIG=/nowhere"}, 1, "/nowhere"},
      {"misspelt flag", With(kSomeRun, {"--dry-rnu"}), {}, 2, "did you mean --dry-run?"},
      {"misspelt flag of a subcommand", {"run", "--entitlement-allow", "x"}, {}, 2, "unknown flag"},
      {"no subcommand", {}, {}, 2, "subcommand"},
      {"token on the command line",
       With(kSomeRun, {"--token", "x"}),
       {},
       2,
       "unknown flag --token"},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    const auto answer = PrPod(row.arguments, row.variables);
    EXPECT_EQ(answer.code, row.code) << answer.err;
    EXPECT_THAT(answer.err, HasSubstr(row.says));
  }
}

// What GitHub says of a pull request, without a cluster.
class PrPodPull : public ::testing::Test {
 protected:
  PodAnswer DryRun(const nlohmann::json& changes) {
    world_.PutPull(101, {"a.go"});
    nlohmann::json pull = {{"org", "kubevirt"}, {"repo", "project-infra"}, {"number", 101}};
    pull.update(changes);
    world_.GitHub("PUT", "/_sandbox/pulls", pull);
    return PrPod({"run", "--dry-run", "--github-endpoint", world_.github_url(), "--pr",
                  "kubevirt/project-infra#101"});
  }

  World world_;
};

// The base repository keeps the commits of a fork that is gone.
TEST_F(PrPodPull, OfADeletedForkIsClonedFromItsTarget) {
  const auto answer = DryRun({{"head_repo", nullptr}});
  EXPECT_EQ(answer.code, 0) << answer.err;
  EXPECT_THAT(answer.out, HasSubstr("refs/pull/101/head"));
}

TEST_F(PrPodPull, ThatIsClosedIsNotRunUnasked) {
  const auto answer = DryRun({{"state", "closed"}});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.err, HasSubstr("is closed; to run it all the same say --repo"));
}

class SimulatedWebhook : public ::testing::Test {
 protected:
  PodAnswer Simulate(const std::vector<std::string>& more) {
    std::vector<std::string> arguments = {"run",
                                          "--simulate-webhook",
                                          "--github-endpoint",
                                          world_.github_url(),
                                          "--kubeconfig",
                                          (world_.dir().path() / "kubeconfig").string(),
                                          "-n",
                                          "kubevirt-prow-jobs"};
    return PrPod(With(arguments, more), {"GITHUB_PAT=" + std::string(kToken)});
  }

  World world_;
};

TEST_F(SimulatedWebhook, GoesTheWholeWayFromTheLivePullRequestToTheJob) {
  world_.PutPull(101, {"robots/a.go"});
  const auto answer = Simulate({"--pr", "kubevirt/project-infra#101"});
  EXPECT_EQ(answer.code, 0) << answer.err << answer.out;
  EXPECT_THAT(answer.out, HasSubstr("job_created"));
  EXPECT_THAT(answer.out, HasSubstr("kind: ProwJob"));
  EXPECT_THAT(answer.out, HasSubstr("# status that would be set"));
  EXPECT_EQ(world_.Jobs().size(), 1U);
  EXPECT_TRUE(world_.Statuses().empty());
  EXPECT_THAT(answer.out + answer.err, Not(HasSubstr(kToken)));
}

TEST_F(SimulatedWebhook, SetsTheStatusWhenAsked) {
  world_.PutPull(101, {"robots/a.go"});
  EXPECT_EQ(Simulate({"--pr", "kubevirt/project-infra#101", "--post-statuses"}).code, 0);
  EXPECT_EQ(world_.Statuses().size(), 1U);
}

TEST_F(SimulatedWebhook, SaysWhyThereIsNoJob) {
  world_.PutPull(101, {"README.md"});
  const auto answer = Simulate({"--pr", "kubevirt/project-infra#101"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.out, HasSubstr("no_go_changes"));
  EXPECT_TRUE(world_.Jobs().empty());
}

TEST_F(SimulatedWebhook, TellsAMissingPullRequest) {
  const auto answer = Simulate({"--pr", "kubevirt/project-infra#999"});
  EXPECT_EQ(answer.code, 1);
  EXPECT_THAT(answer.err, HasSubstr("(404)"));
}

}  // namespace
}  // namespace prow_coverage::testing
