// The checkout phase against real repositories.

#include <gmock/gmock.h>

#include "job_fixture.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Checkout : public JobTest {};

TEST_F(Checkout, MergesTheHeadIntoTheTargetBranchAsItIsNow) {
  MakePull();
  Shell("echo later >later.txt; git add -A; git commit -qm later");
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 0) << done.log;
  EXPECT_EQ(done.details()["head_sha"].get<std::string>(), Shell("git rev-parse refs/pull/5/head"));
  EXPECT_EQ(done.details()["base_sha"].get<std::string>(), Shell("git rev-parse main"));
  EXPECT_EQ(done.details()["author"], "Ann");
  EXPECT_EQ(ShellIn("workspace", "cat new.txt later.txt"), "new\nlater");
  EXPECT_EQ(ShellIn("workspace", "git rev-parse HEAD"),
            done.details()["merge_sha"].get<std::string>());
}

TEST_F(Checkout, MakesTheSameMergeCommitEveryTime) {
  MakePull();
  const auto first = Run("checkout");
  std::filesystem::remove_all(workspace());
  std::filesystem::create_directory(workspace());
  EXPECT_EQ(Run("checkout").details()["merge_sha"], first.details()["merge_sha"]);
}

TEST_F(Checkout, ListsTheFilesInConflict) {
  MakePull("echo a >f; echo a >'g h'", "echo b >f; echo b >'g h'");
  Shell("echo c >f; echo c >'g h'; git commit -qam conflicting");
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.summary(), HasSubstr("conflicts with main in 2 file(s)"));
  EXPECT_EQ(done.details()["conflicts"], nlohmann::json::array({"f", "g h"}));
}

TEST_F(Checkout, SaysThatTheHeadHasMovedOn) {
  MakePull();
  variables_["PR_POD_HEAD_SHA"] = std::string(40, 'a');
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 0);
  EXPECT_EQ(done.details()["moved_from"], std::string(40, 'a'));
  EXPECT_THAT(done.log, HasSubstr("has moved on"));
}

TEST_F(Checkout, TakesAMereRefWithoutMerging) {
  MakePull();
  variables_["PR_POD_HEAD_REF"] = "refs/heads/work";
  variables_["PR_POD_BASE_REF"] = "";
  variables_["PR_POD_PULL"] = "";
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 0) << done.log;
  EXPECT_EQ(done.details()["merge_sha"].get<std::string>(), Shell("git rev-parse work"));
}

TEST_F(Checkout, TellsWhatIsMissing) {
  struct Row {
    const char* name;
    const char* variable;
    const char* value;
    const char* says;
  };
  const Row rows[] = {
      {"a deleted branch", "PR_POD_HEAD_REF", "refs/heads/gone", "has no refs/heads/gone"},
      {"no such pull request", "PR_POD_HEAD_REF", "refs/pull/6/head", "has no refs/pull/6/head"},
      {"no such base", "PR_POD_BASE_REF", "release-9", "has no branch release-9"},
      {"no such SHA", "PR_POD_HEAD_REF", "dddddddddddddddddddddddddddddddddddddddd", "has no dddd"},
      {"no such repository", "PR_POD_REPO_URL", "file:///nowhere", "git: "},
      {"credentials in the URL", "PR_POD_REPO_URL", "http://u:p@127.0.0.1/x", "credentials"},
  };
  MakePull();
  const auto good = variables_;
  for (const Row& row : rows) {
    SCOPED_TRACE(row.name);
    variables_ = good;
    variables_[row.variable] = row.value;
    std::filesystem::remove_all(workspace());
    std::filesystem::create_directory(workspace());
    const auto done = Run("checkout");
    EXPECT_EQ(done.code, 1);
    EXPECT_THAT(done.summary(), HasSubstr(row.says));
  }
}

TEST_F(Checkout, NamesAnEmptyRepository) {
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.summary(), HasSubstr("is empty"));
}

TEST_F(Checkout, RefusesUnrelatedHistories) {
  MakePull();
  Shell(
      "git checkout -q --orphan alone; git commit -qm alone; git update-ref refs/pull/5/head HEAD;"
      "git checkout -q main");
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 1);
  EXPECT_THAT(done.summary(), HasSubstr("no commit in common"));
}

TEST_F(Checkout, ReportsSubmodulesAndPointersOfLfs) {
  MakePull(
      "printf 'version https://git-lfs.github.com/spec/v1\\noid sha256:1\\nsize 5\\n' >'big file'");
  Shell("git update-index --add --cacheinfo 160000," + std::string(40, '1') +
        ",'-sub module'; git commit -qm submodule");
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 0) << done.log;
  EXPECT_EQ(done.details()["lfs_pointers"], nlohmann::json::array({"big file"}));
  EXPECT_EQ(done.details()["submodules"], nlohmann::json::array({"-sub module"}));
}

TEST_F(Checkout, RunsNothingOfTheRepository) {
  // A filter, a hook and a diff driver of the repository's own would need a configuration.
  MakePull(
      "mkdir hooks; printf '#!/bin/sh\\ntouch \"$0\".ran\\n' >hooks/post-checkout;"
      "chmod +x hooks/post-checkout; echo '* filter=evil' >.gitattributes");
  EXPECT_EQ(Run("checkout").code, 0);
  EXPECT_EQ(ShellIn("workspace", "find . -name '*.ran'"), "");
  EXPECT_EQ(ShellIn("workspace", "git config --local --get-all core.hooksPath || :"), "");
}

TEST_F(Checkout, RefusesATransportThatRunsCommands) {
  MakePull();
  variables_["PR_POD_REPO_URL"] = "ext::sh -c touch% /tmp/pr-pod-ran";
  const auto done = Run("checkout");
  EXPECT_EQ(done.code, 1);
  EXPECT_FALSE(std::filesystem::exists("/tmp/pr-pod-ran"));
}

}  // namespace
}  // namespace prow_coverage::testing
