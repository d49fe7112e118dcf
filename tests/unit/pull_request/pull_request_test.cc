#include "prow_coverage/pull_request/pull_request.h"

#include <gtest/gtest.h>

namespace prow_coverage {
namespace {

TEST(PullRequest, NamesItsRepositoryAndItself) {
  PullRequest pull;
  pull.org = "kubevirt";
  pull.repo = "project-infra";
  pull.number = 4301;
  EXPECT_EQ(RepoName(pull), "kubevirt/project-infra");
  EXPECT_EQ(PullName(pull), "kubevirt/project-infra#4301");
}

}  // namespace
}  // namespace prow_coverage
