#include "prow_coverage/pr_pod/target.h"

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace prow_coverage::pr_pod {
namespace {

using ::testing::HasSubstr;

TEST(Target, ReadsAPullRequestInEveryForm) {
  for (const char* text :
       {"kubevirt/project-infra#42", "https://github.com/kubevirt/project-infra/pull/42",
        "https://github.com/kubevirt/project-infra/pull/42/files",
        "https://github.com/kubevirt/project-infra/pull/42?diff=split#discussion_r1"}) {
    SCOPED_TRACE(text);
    const auto target = ParseTarget({text, "", "", ""});
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->repo_url, "https://github.com/kubevirt/project-infra");
    EXPECT_EQ(target->org, "kubevirt");
    EXPECT_EQ(target->repo, "project-infra");
    EXPECT_EQ(target->number, 42);
    EXPECT_EQ(target->head_ref, "refs/pull/42/head");
    EXPECT_EQ(Describe(*target), "kubevirt/project-infra#42");
  }
}

TEST(Target, RefusesWhatIsNoPullRequest) {
  for (const char* text : {"kubevirt", "kubevirt/x", "kubevirt/x#", "kubevirt/x#0", "kubevirt/x#-1",
                           "kubevirt/x#99999999999999999999", "a/b/c#1", "../x#1", "a/..#1",
                           "https://github.com/a/b/issues/1", "https://gitlab.com/a/b/pull/1",
                           "a/b;rm#1", "-a/b#1x"}) {
    SCOPED_TRACE(text);
    EXPECT_FALSE(ParseTarget({text, "", "", ""}));
  }
}

TEST(Target, ReadsARefOfAnyRepository) {
  struct Row {
    const char* ref;
    const char* full;
  };
  const std::string sha(40, 'a');
  const Row rows[] = {{"main", "refs/heads/main"},         {"feature/x", "refs/heads/feature/x"},
                      {"pull/5/head", "refs/pull/5/head"}, {"tags/v1", "refs/tags/v1"},
                      {"refs/heads/y", "refs/heads/y"},    {sha.c_str(), sha.c_str()}};
  for (const Row& row : rows) {
    SCOPED_TRACE(row.ref);
    const auto target = ParseTarget({"", "https://git.example.org/a/b/", row.ref, "main"});
    ASSERT_TRUE(target) << target.error().message;
    EXPECT_EQ(target->repo_url, "https://git.example.org/a/b");
    EXPECT_EQ(target->head_ref, row.full);
    EXPECT_EQ(target->base_ref, "main");
    EXPECT_EQ(target->number, 0);
  }
}

TEST(Target, RefusesARefThatGitWouldTakeForSomethingElse) {
  for (const char* ref : {"", "-x", "a b", "a\nb", "a..b", "a:b", "+a", "a~1", "a^", "a*", "a@{1}",
                          "/a", "a/", "a//b", "a.lock", "a;b", "$(x)"}) {
    SCOPED_TRACE(ref);
    const bool plus = std::string(ref) == "+a";
    EXPECT_EQ(static_cast<bool>(ParseTarget({"", "https://h/a", ref, ""})), plus);
    if (*ref != '\0' && !plus) {
      EXPECT_FALSE(ParseTarget({"a/b#1", "", "", ref}));
    }
  }
}

TEST(Target, RefusesAUrlThatWouldCarryACredentialOrIsNone) {
  const auto with_token = ParseTarget({"", "https://x:ghp_secret@github.com/a/b", "main", ""});
  ASSERT_FALSE(with_token);
  EXPECT_THAT(with_token.error().message, HasSubstr("GITHUB_PAT"));
  EXPECT_THAT(with_token.error().message, ::testing::Not(HasSubstr("ghp_secret")));
  for (const char* url :
       {"github.com/a/b", "ssh://github.com/a/b", "file:///a", "ext::sh", "https://", "https://h",
        "https://h/a?x=1", "https://h/a#x", "https://h/a b"}) {
    SCOPED_TRACE(url);
    EXPECT_FALSE(ParseTarget({"", url, "main", ""}));
  }
}

TEST(Target, WantsOneOfTheTwoForms) {
  EXPECT_FALSE(ParseTarget({"", "", "", ""}));
  EXPECT_FALSE(ParseTarget({"a/b#1", "https://h/a", "", ""}));
  EXPECT_FALSE(ParseTarget({"a/b#1", "", "main", ""}));
  EXPECT_FALSE(ParseTarget({"", "https://h/a", "", ""}));
}

}  // namespace
}  // namespace prow_coverage::pr_pod
