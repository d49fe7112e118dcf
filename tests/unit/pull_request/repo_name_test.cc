#include "prow_coverage/pull_request/repo_name.h"

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(RepoName, IsSplitAtItsFirstSlash) {
  EXPECT_EQ(SplitRepoName("kubevirt/project-infra"), (RepoParts{"kubevirt", "project-infra"}));
  EXPECT_EQ(SplitRepoName("a/b/c"), (RepoParts{"a", "b/c"}));
  EXPECT_EQ(SplitRepoName("/"), (RepoParts{"", ""}));
}

TEST(RepoName, HasNoPartsWithoutASlash) {
  EXPECT_EQ(SplitRepoName("kubevirt"), std::nullopt);
  EXPECT_EQ(SplitRepoName(""), std::nullopt);
}

TEST(RepoName, IsJoinedWithASlash) {
  EXPECT_EQ(RepoName("kubevirt", "project-infra"), "kubevirt/project-infra");
  EXPECT_EQ(PullName("kubevirt", "project-infra", 4301), "kubevirt/project-infra#4301");
}

}  // namespace
}  // namespace prow_coverage
