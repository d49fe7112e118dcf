// The verify, detect and report phases.

#include <algorithm>

#include <gmock/gmock.h>

#include "job_fixture.h"

namespace prow_coverage::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

class Detect : public JobTest {
 protected:
  // "kind path" of each item of the result that `wanted` holds for.
  static std::vector<std::string> Items(const Outcome& done, bool affected_only = false) {
    std::vector<std::string> items;
    const auto details = done.details();
    for (const auto& item : details.at("items")) {
      if (affected_only && !item["affected"]) continue;
      items.push_back(item["kind"].get<std::string>() + " " + item["path"].get<std::string>());
    }
    return items;
  }
};

TEST_F(Detect, FindsWhatCanBeBuiltByItsName) {
  MakePull(
      "mkdir -p a/b c;"
      "for f in Dockerfile a/Containerfile a/b/Dockerfile.dev a/b/web.Dockerfile x.dockerfile"
      " docker-bake.hcl a/docker-bake.json compose.yaml c/docker-compose.prod.yml c/Chart.yaml"
      " Dockerfile.dockerignore NotADockerfile dockerfile.txt docker-bake.txt chart.yaml; do"
      " echo FROM scratch >$f; done");
  CheckOut();
  const auto done = Run("detect");
  EXPECT_THAT(Items(done),
              UnorderedElementsAre("dockerfile Dockerfile", "dockerfile a/Containerfile",
                                   "dockerfile a/b/Dockerfile.dev", "dockerfile a/b/web.Dockerfile",
                                   "dockerfile x.dockerfile", "bake docker-bake.hcl",
                                   "bake a/docker-bake.json", "compose compose.yaml",
                                   "compose c/docker-compose.prod.yml", "chart c/Chart.yaml"));
  EXPECT_EQ(done.details()["dockerfiles"], 5);
}

TEST_F(Detect, SurvivesHostileNames) {
  MakePull(
      "mkdir 'a b' -- '-d' 'q\"$(touch ran)' 'new\nline' 'back\\slash' 'pipe|x' 'tab\tx';"
      "for d in 'a b' ./-d 'q\"$(touch ran)' 'new\nline' 'back\\slash' 'pipe|x' 'tab\tx'; do"
      " printf 'FROM scratch\\n' >\"$d/Dockerfile\"; done;"
      "printf x >\"$(printf 'bad\\377.Dockerfile')\"; printf x >./-rf.Dockerfile; echo x "
      ">ü.Dockerfile");
  CheckOut();
  const auto done = Run("detect");
  EXPECT_EQ(done.code, 0) << done.log;
  EXPECT_THAT(Items(done),
              UnorderedElementsAre(
                  "dockerfile a b/Dockerfile", "dockerfile -d/Dockerfile",
                  "dockerfile q\"$(touch ran)/Dockerfile", "dockerfile new\nline/Dockerfile",
                  "dockerfile back\\slash/Dockerfile", "dockerfile pipe|x/Dockerfile",
                  "dockerfile tab\tx/Dockerfile", "dockerfile bad\xEF\xBF\xBD.Dockerfile",
                  "dockerfile -rf.Dockerfile", "dockerfile ü.Dockerfile"));
  EXPECT_FALSE(std::filesystem::exists(workspace() / "ran"));
}

TEST_F(Detect, RefusesALinkThatLeadsOutOfTheTree) {
  MakePull(
      "mkdir a b c d e; ln -s /etc/passwd a/Dockerfile; ln -s ../../token b/Dockerfile;"
      "ln -s nowhere c/Dockerfile; ln -s ../.git/config d/Dockerfile; echo FROM scratch >real;"
      "ln -s ../real e/Dockerfile");
  CheckOut();
  const auto done = Run("detect");
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.details()["refused"], nlohmann::json::array({"a/Dockerfile", "b/Dockerfile",
                                                              "c/Dockerfile", "d/Dockerfile"}));
  EXPECT_THAT(Items(done), ElementsAre("dockerfile e/Dockerfile"));
}

TEST_F(Detect, NamesTheContextAndWhy) {
  MakePull(
      "mkdir -p build/a build/b build/c; echo x >go.mod; echo x >build/b/app;"
      "printf 'FROM golang AS b\\nCOPY --chown=1 go.mod ./\\nCOPY --from=b /x /x\\n' "
      ">build/a/Dockerfile;"
      "printf 'FROM scratch\\nADD [\"app\", \"/app\"]\\n' >build/b/Dockerfile;"
      "printf 'FROM scratch\\nCOPY $X https://y *.z . ./\\n' >build/c/Dockerfile");
  CheckOut();
  std::map<std::string, std::string> contexts;
  const auto details = Run("detect").details();
  for (const auto& item : details.at("items")) {
    contexts[item["path"]] =
        item["context"].get<std::string>() + ": " + item["why"].get<std::string>();
  }
  EXPECT_EQ(contexts["build/a/Dockerfile"], "root: what it copies is at the root");
  EXPECT_EQ(contexts["build/b/Dockerfile"], "dir: what it copies is beside it");
  EXPECT_EQ(contexts["build/c/Dockerfile"], "dir: its own directory");
}

TEST_F(Detect, KnowsWhatTheChangeAffects) {
  MakePull(
      "mkdir a ab b; for d in a ab b; do echo FROM scratch >$d/Dockerfile; done;"
      "echo x >top; printf 'FROM scratch\\nCOPY top /\\n' >b/Dockerfile",
      "mkdir a/deep; echo new >a/deep/file");
  Shell("echo unrelated >ab/file; git add -A; git commit -qm 'the base moves on'");
  CheckOut();
  EXPECT_THAT(Items(Run("detect"), true),
              UnorderedElementsAre("dockerfile a/Dockerfile", "dockerfile b/Dockerfile"));
}

TEST_F(Detect, TakesEverythingForAffectedWithoutATargetBranch) {
  MakePull("mkdir a; echo FROM scratch >a/Dockerfile");
  variables_["PR_POD_BASE_REF"] = "";
  CheckOut();
  EXPECT_EQ(Run("detect").details()["affected"], 1);
}

TEST_F(Detect, BoundsFiveHundredDockerfiles) {
  MakePull(
      "i=0; while [ $i -lt 500 ]; do mkdir d$i; echo FROM scratch >d$i/Dockerfile; i=$((i+1)); "
      "done",
      "echo new >d499/new");
  CheckOut();
  const auto done = Run("detect");
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.details()["dockerfiles"], 500);
  EXPECT_THAT(Items(done, true), ElementsAre("dockerfile d499/Dockerfile"));
  variables_["PR_POD_MAX_FOUND"] = "100";
  const auto refused = Run("detect");
  EXPECT_EQ(refused.code, 1);
  EXPECT_THAT(refused.summary(), HasSubstr("500 entries, of which only 100"));
}

TEST_F(Detect, FitsItsResultWhateverTheNames) {
  MakePull(
      "n=$(printf '%0200d' 0); i=0; while [ $i -lt 40 ]; do mkdir \"$n$i\";"
      "echo FROM scratch >\"$n$i/Dockerfile\"; ln -s / \"$n$i/x.Dockerfile\"; i=$((i+1)); done");
  CheckOut();
  EXPECT_EQ(Run("detect").details()["dockerfiles"], 40);
}

class Verify : public JobTest {};

TEST_F(Verify, TellsWhatIsThere) {
  MakePull("echo x >README.md; echo x >go.mod; ln -s nowhere link");
  ASSERT_EQ(Run("checkout").code, 0);
  const auto done = Run("verify");
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.details()["files"], 4);
  EXPECT_EQ(done.details()["present"], nlohmann::json::array({"README.md", "go.mod"}));
  EXPECT_EQ(done.details()["dangling_links"], nlohmann::json::array({"link"}));
}

TEST_F(Verify, FailsWhenAFileIsMissing) {
  MakePull("echo x >README.md; echo x >'a b'");
  ASSERT_EQ(Run("checkout").code, 0);
  std::filesystem::remove(workspace() / "a b");
  const auto done = Run("verify");
  EXPECT_EQ(done.code, 1);
  EXPECT_EQ(done.details()["missing"], nlohmann::json::array({"a b"}));
}

TEST_F(Verify, FailsWithoutAClone) { EXPECT_THAT(Run("verify").summary(), HasSubstr("no clone")); }

class Report : public JobTest {};

TEST_F(Report, FailsWhenAnyPhaseHasFailed) {
  EXPECT_THAT(Run("report").summary(), HasSubstr("no phase has left a result"));
  MakePull();
  CheckOut();
  EXPECT_EQ(Run("report").code, 0);
  std::filesystem::remove(workspace() / "README.md");
  ASSERT_EQ(Run("verify").code, 1);
  const auto done = Run("report");
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.summary(), HasSubstr("failed: verify; passed: checkout"));
}

TEST_F(Report, ReplacesAPhaseThatDiedWithoutAResult) {
  // The workspace is a file: `cd` fails, and nothing in the phase expects it.
  std::filesystem::remove_all(workspace());
  dir_.Write("workspace", "");
  const auto done = Run("detect");
  EXPECT_NE(done.code, 0);
  EXPECT_THAT(done.summary(), HasSubstr("ended unexpectedly"));
}

}  // namespace
}  // namespace prow_coverage::testing
