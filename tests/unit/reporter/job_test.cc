#include "prow_coverage/reporter/job.h"

#include <functional>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job_json.h"
#include "next_attempt.h"

namespace prow_coverage::reporter {
namespace {

using ::testing::HasSubstr;
using Json = nlohmann::json;

TEST(Job, IsReadWithEverythingThatAStatusNeeds) {
  Json object = JobJson("pending", 2);
  object["status"]["pendingTime"] = "2026-08-19T10:05:00Z";
  object["status"]["build_id"] = "1234";
  object["status"]["url"] = "https://prow/view/1234";
  object["status"]["description"] = "Job triggered.";
  const Job job = ParsedJob(object);
  EXPECT_EQ(job.head, kHead);
  EXPECT_EQ(job.attempt, 2);
  EXPECT_EQ(job.base_sha, kBaseSha);
  EXPECT_EQ(job.state, JobState::kPending);
  EXPECT_EQ(ToRfc3339(job.start_time), "2026-08-19T10:00:02Z");
  EXPECT_EQ(ToRfc3339(job.state_since), "2026-08-19T10:05:00Z");
  EXPECT_EQ(job.build_id, "1234");
  EXPECT_EQ(job.url, "https://prow/view/1234");
  EXPECT_EQ(job.gcs.bucket, "kubevirt-prow");
}

TEST(Job, TellsWhenItEndedAndWhetherAReporterAskedForIt) {
  Json object = JobJson("success", 2);
  EXPECT_EQ(ParsedJob(object).ended_at, std::nullopt);
  EXPECT_FALSE(ParsedJob(object).is_rerun);
  object["status"]["completionTime"] = "2026-08-19T11:00:00Z";
  object["metadata"]["labels"]["event-GUID"] = NextAttempt(PullOf(kHead), ParsedJob(object)).guid;
  EXPECT_EQ(ToRfc3339(*ParsedJob(object).ended_at), "2026-08-19T11:00:00Z");
  EXPECT_TRUE(ParsedJob(object).is_rerun);
  object["metadata"]["name"] = "deck-copies-the-labels";
  EXPECT_FALSE(ParsedJob(object).is_rerun);
}

TEST(Job, OfAnotherNameIsNoAttemptOfOurs) {
  Json object = JobJson("pending");
  object["metadata"]["name"] = "2f8b3a1c-0000-4000-8000-000000000000";
  EXPECT_EQ(ParsedJob(object).attempt, 0);
}

TEST(Job, WithoutAStateOrWithAStrangeOneCountsAsTriggered) {
  Json object = JobJson("triggered");
  object["status"].erase("state");
  EXPECT_EQ(ParsedJob(object).state, JobState::kTriggered);
  object["status"]["state"] = "dancing";
  EXPECT_EQ(ParsedJob(object).state, JobState::kTriggered);
  object.erase("status");
  EXPECT_EQ(ToRfc3339(ParsedJob(object).start_time), "2026-08-19T10:00:00Z");
}

TEST(Job, DropsALinkAndABuildIdThatAreNotPlausible) {
  for (const char* bad :
       {"javascript:alert(1)", "ftp://x", "https://x/a b", "https://x/\n", "/x"}) {
    Json object = JobJson("pending");
    object["status"]["url"] = bad;
    EXPECT_EQ(ParsedJob(object).url, "") << bad;
  }
  for (const char* bad : {"..", "1/2", "1 2", "../../secret"}) {
    Json object = JobJson("pending");
    object["status"]["build_id"] = bad;
    EXPECT_EQ(ParsedJob(object).build_id, "") << bad;
  }
}

TEST(Job, KeepsOneKilobyteOfADescription) {
  Json object = JobJson("error");
  object["status"]["description"] = std::string(10000, 'x');
  EXPECT_EQ(ParsedJob(object).description.size(), 1024u);
}

TEST(Job, ThatIsNotOfOurKindIsRefused) {
  struct Row {
    const char* name;
    std::function<void(Json&)> spoil;
    const char* told;
  };
  const Row rows[] = {
      {"no name", [](Json& j) { j["metadata"].erase("name"); }, "metadata.name"},
      {"no labels", [](Json& j) { j["metadata"].erase("labels"); }, "metadata.labels"},
      {"another job", [](Json& j) { j["spec"]["job"] = "unit"; }, "spec.job"},
      {"another context", [](Json& j) { j["spec"]["context"] = "unit"; }, "spec.context"},
      {"no refs", [](Json& j) { j["spec"].erase("refs"); }, "refs"},
      {"no pulls", [](Json& j) { j["spec"]["refs"].erase("pulls"); }, "pulls"},
      {"a batch",
       [](Json& j) {
         auto& pulls = j["spec"]["refs"]["pulls"];
         pulls.push_back(pulls[0]);
       },
       "2 pull requests"},
      {"an org with a slash", [](Json& j) { j["spec"]["refs"]["org"] = "a/b"; }, "org"},
      {"a SHA that is none", [](Json& j) { j["spec"]["refs"]["pulls"][0]["sha"] = "main"; }, "sha"},
      {"a number that is none", [](Json& j) { j["spec"]["refs"]["pulls"][0]["number"] = "17"; },
       "number"},
      {"number 0", [](Json& j) { j["spec"]["refs"]["pulls"][0]["number"] = 0; }, "positive"},
      {"a label of another repository",
       [](Json& j) { j["metadata"]["labels"]["prow.k8s.io/refs.repo"] = "kubevirt"; },
       "contradicts"},
      {"a label of another pull request",
       [](Json& j) { j["metadata"]["labels"]["prow.k8s.io/refs.pull"] = "18"; }, "contradicts"},
      {"no time at all",
       [](Json& j) {
         j["status"].erase("startTime");
         j["metadata"].erase("creationTimestamp");
       },
       "startTime"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    Json object = JobJson("pending");
    row.spoil(object);
    const auto job = ParseJob(object.dump(), kHost);
    ASSERT_FALSE(job);
    EXPECT_EQ(job.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(job.error().message, HasSubstr(row.told));
  }
  EXPECT_FALSE(ParseJob("[", kHost));
  EXPECT_FALSE(ParseJob("[]", kHost));
}

TEST(Job, StartedLaterIsTheNewerOne) {
  EXPECT_TRUE(IsNewer(ParsedJob(JobJson("pending", 2)), ParsedJob(JobJson("pending", 1))));
  EXPECT_FALSE(IsNewer(ParsedJob(JobJson("pending", 1)), ParsedJob(JobJson("pending", 1))));
}

TEST(Job, ReadsHowLongItMayRun) {
  struct Row {
    const char* timeout;
    const char* grace_period;
    std::chrono::seconds expected;
  };
  using std::chrono::seconds;
  for (const auto& row :
       {Row{"2h0m0s", "15s", seconds(7215)}, Row{"2h", "", seconds(7200)},
        Row{"-1h", "soon", seconds(0)}, Row{"2500000h", "2500000h", seconds(14 * 24 * 3600)}}) {
    SCOPED_TRACE(row.timeout);
    auto object = JobJson("pending");
    object["spec"]["decoration_config"]["timeout"] = row.timeout;
    object["spec"]["decoration_config"]["grace_period"] = row.grace_period;
    EXPECT_EQ(ParsedJob(object).time_limit, row.expected);
  }
}

}  // namespace
}  // namespace prow_coverage::reporter
