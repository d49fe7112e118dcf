#include "prow_coverage/pr_pod/start.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "prow_coverage/pr_pod/remove.h"

#include "fake_api_server.h"
#include "support/fake_clock.h"
#include "support/run_task.h"

namespace prow_coverage::pr_pod {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

class StartTest : public ::testing::Test {
 protected:
  StartTest() {
    plan_.target = *ParseTarget({"a/b#1", "", "", "main"});
    plan_.names = *MakeNames("job", "secret", "");
    plan_.ns = "dev";
    plan_.has_token = true;
    plan_.build.enabled = true;
    plan_.run_id = "run-1";
  }

  Result<JobState> Run() {
    return testing::RunTask(context_, Start(server_, clock_, plan_, "t0k3n"));
  }

  boost::asio::io_context context_;
  testing::FakeClock clock_;
  FakeApiServer server_;
  Plan plan_;
};

TEST_F(StartTest, CreatesTheJobFirstAndResumesItLast) {
  const auto started = Run();
  ASSERT_TRUE(started) << started.error().message;
  EXPECT_THAT(server_.calls, ElementsAre("get jobs/job", "create jobs/job", "create secrets/secret",
                                         "create serviceaccounts/job", "create roles/job",
                                         "create rolebindings/job", "create configmaps/job",
                                         "create deployments/job-builder", "patch jobs/job"));
  EXPECT_EQ(server_.objects["jobs/job"]["spec"]["suspend"], false);
  for (const auto& [key, object] : server_.objects) {
    if (key != "jobs/job") {
      EXPECT_EQ(object["metadata"]["ownerReferences"][0]["uid"], started->uid) << key;
    }
  }
}

TEST_F(StartTest, ReplacesARunThatHasEndedAndWhatIsLeftOfIt) {
  ASSERT_TRUE(Run());
  server_.objects["jobs/job"]["status"]["conditions"] =
      json::parse(R"([{"type":"Failed","status":"True","reason":"BackoffLimitExceeded"}])");
  plan_.run_id = "run-2";
  const auto again = Run();
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(server_.objects.size(), 7U);
  for (const auto& [key, object] : server_.objects) {
    if (key != "jobs/job") {
      EXPECT_EQ(object["metadata"]["ownerReferences"][0]["uid"], again->uid) << key;
    }
  }
}

TEST_F(StartTest, ReplacesARunThatWasNeverResumed) {
  server_.refuse.emplace("patch jobs/job", Error{ErrorCode::kUnavailable, "gone", {}});
  server_.refuse.emplace("delete jobs/job", Error{ErrorCode::kUnavailable, "gone", {}});
  ASSERT_FALSE(Run());
  server_.refuse.clear();
  EXPECT_TRUE(Run());
}

TEST_F(StartTest, LeavesARunThatIsUnderWayAlone) {
  ASSERT_TRUE(Run());
  const auto before = server_.objects;
  const auto refused = Run();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kAlreadyExists);
  EXPECT_THAT(refused.error().message, HasSubstr("--unique"));
  EXPECT_EQ(server_.objects, before);
}

TEST_F(StartTest, LeavesWhatOthersMadeAloneAndUndoesItsOwn) {
  const json theirs = json::parse(R"({"metadata":{"name":"secret","uid":"x"}})");
  server_.objects["secrets/secret"] = theirs;
  const auto refused = Run();
  ASSERT_FALSE(refused);
  EXPECT_THAT(refused.error().message, HasSubstr("Secret secret exists and was not made by"));
  EXPECT_EQ(server_.objects.size(), 1U);
  EXPECT_EQ(server_.objects["secrets/secret"], theirs);

  server_.objects = {{"jobs/job", json::parse(R"({"metadata":{"name":"job","uid":"x"}})")}};
  EXPECT_THAT(Run().error().message, HasSubstr("Job job exists"));
}

TEST_F(StartTest, DeletesTheJobWhenTheRestCannotBeCreated) {
  server_.refuse.emplace("create roles/job",
                         Error{ErrorCode::kPermissionDenied, "needs create on roles", {}});
  const auto failed = Run();
  ASSERT_FALSE(failed);
  EXPECT_THAT(failed.error().message, HasSubstr("needs create on roles"));
  EXPECT_EQ(server_.calls.back(), "delete jobs/job");
  EXPECT_FALSE(server_.objects.contains("jobs/job"));
}

TEST_F(StartTest, AdvisesAboutNamespaces) {
  server_.refuse.emplace("create jobs/job",
                         Error{ErrorCode::kNotFound, "namespaces \"dev\" not found", {}});
  EXPECT_THAT(Run().error().message, HasSubstr("kubectl create namespace dev"));
  server_.refuse.clear();
  server_.refuse.emplace(
      "create jobs/job",
      Error{ErrorCode::kPermissionDenied, "forbidden: because it is being terminated", {}});
  EXPECT_THAT(Run().error().message, HasSubstr("is going away"));
}

TEST_F(StartTest, NeverPutsTheTokenIntoAnError) {
  server_.refuse.emplace("create secrets/secret", Error{ErrorCode::kRejected, "no", {}});
  EXPECT_THAT(Run().error().message, ::testing::Not(HasSubstr("t0k3n")));
}

TEST_F(StartTest, FindsAndRemovesRuns) {
  ASSERT_TRUE(Run());
  server_.objects["jobs/broken"] = json::parse(R"({"metadata":{"name":"broken"}})");
  const auto runs = testing::RunTask(context_, ListRuns(server_, "dev"));
  ASSERT_TRUE(runs);
  ASSERT_EQ(runs->jobs.size(), 1U);
  EXPECT_EQ(runs->broken.size(), 1U);
  EXPECT_EQ(runs->jobs[0].target, "a/b#1");
  EXPECT_TRUE(testing::RunTask(context_, Remove(server_, "dev", runs->jobs[0])));
  EXPECT_TRUE(testing::RunTask(context_, Remove(server_, "dev", runs->jobs[0])));
  EXPECT_FALSE(server_.objects.contains("jobs/job"));
}

}  // namespace
}  // namespace prow_coverage::pr_pod
