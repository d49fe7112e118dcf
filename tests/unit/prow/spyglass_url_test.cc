#include "prow_coverage/prow/spyglass_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "prow_coverage/prow/prow_job.h"

namespace prow_coverage::prow {
namespace {

constexpr const char* kDeck = "https://prow.ci.kubevirt.io";

PullRequest Pull(std::string org, std::string repo) {
  PullRequest pull;
  pull.org = std::move(org);
  pull.repo = std::move(repo);
  pull.number = 42;
  return pull;
}

TEST(SpyglassUrl, NamesTheBuildOfThePull) {
  GcsConfiguration gcs;
  gcs.bucket = "kubevirt-prow";
  EXPECT_EQ(SpyglassUrl(kDeck, gcs, Pull("kubevirt", "project-infra"), kJobName, "1958"),
            "https://prow.ci.kubevirt.io/view/gs/kubevirt-prow/pr-logs/pull/"
            "kubevirt_project-infra/42/coverage-auto/1958/");
}

TEST(SpyglassUrl, FollowsThePathStrategy) {
  const struct {
    const char* strategy;
    const char* org;
    const char* repo;
    const char* element;
  } rows[] = {
      {"explicit", "kubevirt", "kubevirt", "kubevirt_kubevirt/"},
      {"single", "kubevirt", "kubevirt", ""},
      {"single", "kubevirt", "ci-health", "kubevirt_ci-health/"},
      {"single", "nmstate", "kubevirt", "nmstate_kubevirt/"},
      {"legacy", "kubevirt", "kubevirt", ""},
      {"legacy", "kubevirt", "ci-health", "ci-health/"},
      {"legacy", "nmstate", "kubevirt", "nmstate_kubevirt/"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(std::string(row.strategy) + " " + row.org + "/" + row.repo);
    const GcsConfiguration gcs{"b", "", row.strategy, "kubevirt", "kubevirt"};
    EXPECT_EQ(SpyglassUrl(kDeck, gcs, Pull(row.org, row.repo), "j", "1"),
              std::string(kDeck) + "/view/gs/b/pr-logs/pull/" + row.element + "42/j/1/");
  }
}

TEST(SpyglassUrl, TakesProviderAndPrefixFromTheBucket) {
  const struct {
    const char* bucket;
    const char* path;
  } rows[] = {{"b", "gs/b"}, {"gs://b", "gs/b"}, {"s3://b/logs/", "s3/b/logs"}};
  for (const auto& row : rows) {
    SCOPED_TRACE(row.bucket);
    const GcsConfiguration gcs{row.bucket, "/of/ours", "explicit", "", ""};
    EXPECT_EQ(SpyglassUrl("https://deck/", gcs, Pull("o", "r"), "j", "1"),
              std::string("https://deck/view/") + row.path + "/of/ours/pr-logs/pull/o_r/42/j/1/");
  }
}

// The build ID comes out of an object's status.
TEST(SpyglassUrl, EncodesWhatIsNoPlainPathElement) {
  const GcsConfiguration gcs{"b", "", "explicit", "", ""};
  EXPECT_EQ(SpyglassUrl("https://deck", gcs, Pull("o", "r"), "j", "1?x=<\"\n"),
            "https://deck/view/gs/b/pr-logs/pull/o_r/42/j/1%3Fx%3D%3C%22%0A/");
}

TEST(BuildPath, LiesBelowTheBucketUnescaped) {
  const GcsConfiguration gcs{"gs://bucket/in it", "pre/fix", "single", "o", "r"};
  EXPECT_EQ(BucketName(gcs.bucket), "bucket");
  EXPECT_THAT(BuildPath(gcs, Pull("o", "r"), "job", "7"),
              ::testing::ElementsAre("in it", "pre", "fix", "pr-logs", "pull", "42", "job", "7"));
  EXPECT_THAT(
      BuildPath(gcs, Pull("o", "x"), "job", "7"),
      ::testing::ElementsAre("in it", "pre", "fix", "pr-logs", "pull", "o_x", "42", "job", "7"));
  EXPECT_EQ(BucketName(""), "");
  EXPECT_THAT(BuildPath({}, Pull("o", "r"), "job", "7"),
              ::testing::ElementsAre("pr-logs", "pull", "o_r", "42", "job", "7"));
}

TEST(JobPageUrl, NamesTheJobInTheQuery) {
  EXPECT_EQ(JobPageUrl("https://deck", "cd5a33f8-47ab"),
            "https://deck/prowjob?prowjob=cd5a33f8-47ab");
  EXPECT_EQ(JobPageUrl("https://deck/", "a&b c/d"), "https://deck/prowjob?prowjob=a%26b%20c%2Fd");
}

}  // namespace
}  // namespace prow_coverage::prow
