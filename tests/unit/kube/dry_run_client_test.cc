#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "client_fixture.h"

namespace prow_coverage::kube {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DryRunTest : public ClientTest {
 protected:
  std::unique_ptr<Client> MakeDryRun(Client* real) {
    return MakeDryRunClient(real, [this](const Resource& resource, const std::string& object) {
      printed_.push_back(resource.plural + " " + object);
    });
  }

  std::vector<std::string> printed_;
};

TEST_F(DryRunTest, PrintsWhatWouldBeWritten) {
  const auto dry = MakeDryRun(&client());
  EXPECT_EQ(*Run(dry->Create(kJobs, "{1}")), "{1}");
  EXPECT_EQ(*Run(dry->Replace(kJobs, "a", "{2}")), "{2}");
  EXPECT_EQ(*Run(dry->Patch(kJobs, "a", PatchType::kApply, "{3}")), "{3}");
  EXPECT_TRUE(Run(dry->Delete(kJobs, "a")));
  EXPECT_THAT(printed_, ElementsAre("prowjobs {1}", "prowjobs {2}", "prowjobs {3}"));
  EXPECT_THAT(http_.requests, IsEmpty());
}

TEST_F(DryRunTest, ReadsFromTheRealCluster) {
  const auto dry = MakeDryRun(&client());
  http_.Answer(200, R"({"a":1})");
  EXPECT_EQ(*Run(dry->Get(kJobs, "a")), R"({"a":1})");
  http_.Answer(200, R"({"a":1})");
  EXPECT_EQ(*Run(dry->Patch(kJobs, "a", PatchType::kMerge, "{}")), R"({"a":1})");
  EXPECT_EQ(request(1).method, "GET");
  EXPECT_EQ(dry->server(), "https://h:6443");
}

TEST_F(DryRunTest, FindsNothingWithoutACluster) {
  const auto dry = MakeDryRun(nullptr);
  EXPECT_EQ(Run(dry->Get(kJobs, "a")).error().code, ErrorCode::kNotFound);
  EXPECT_EQ(Run(dry->List(kJobs, {})).error().code, ErrorCode::kNotFound);
  EXPECT_TRUE(Run(dry->Create(kJobs, "{}")));
}

}  // namespace
}  // namespace prow_coverage::kube
