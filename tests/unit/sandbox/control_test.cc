#include "kube_fixture.h"

namespace prow_coverage::sandbox {
namespace {

using ::testing::HasSubstr;

class ControlTest : public KubeFixture {};

TEST_F(ControlTest, TakesManyPullRequestsAtOnce) {
  json pulls = json::array();
  for (int i = 1; i <= 1000; ++i) {
    pulls.push_back({{"org", "o"}, {"repo", "r"}, {"number", i}, {"files", {"a.go"}}});
  }
  EXPECT_EQ(sandbox_.Control("PUT", "/pulls", pulls).size(), 1000);
  EXPECT_EQ(GitHub("GET", "/repos/o/r/pulls/1000").status, 200);
}

TEST_F(ControlTest, SaysWhichPullRequestIsBroken) {
  const json good{{"org", "o"}, {"repo", "r"}, {"number", 1}};
  for (const json& change : {json{{"org", "a/b"}}, json{{"repo", ""}}, json{{"number", 0}},
                             json{{"number", "1"}}, json{{"head_sha", "main"}}}) {
    SCOPED_TRACE(change.dump());
    json bad = good;
    bad.update(change);
    const auto response = GitHub("PUT", "/_sandbox/pulls", json::array({good, bad}).dump());
    EXPECT_EQ(response.status, 400);
    EXPECT_THAT(response.body, HasSubstr("pull request 1: "));
  }
}

TEST_F(ControlTest, ChangesOnlyWhatIsNamed) {
  PutPull(1, {{"title", "First"}, {"files", json::array({"a.go"})}});
  PutPull(1, {{"state", "closed"}});
  const json pull = json::parse(GitHub("GET", "pulls/1").body);
  EXPECT_EQ(pull["title"], "First");
  EXPECT_EQ(pull["state"], "closed");
  EXPECT_EQ(pull["changed_files"], 1);
}

TEST_F(ControlTest, PushesANewHeadAndKeepsTheOldCommit) {
  const json pushed =
      sandbox_.Control("POST", "/push", {{"org", "kubevirt"}, {"repo", "kubevirt"}, {"number", 1}});
  EXPECT_NE(pushed["head_sha"], head_sha_);
  EXPECT_EQ(json::parse(GitHub("GET", "pulls/1").body)["head"]["sha"], pushed["head_sha"]);
  EXPECT_EQ(GitHub("POST", "statuses/" + head_sha_, R"({"state":"error"})").status, 201);
}

TEST_F(ControlTest, ListsEachOpenHeadWithItsNewestStatuses) {
  PutPull(2, {{"state", "closed"}});
  GitHub("POST", "statuses/" + head_sha_, R"({"state":"pending","context":"coverage-auto"})");
  GitHub("POST", "statuses/" + head_sha_, R"({"state":"success","context":"coverage-auto"})");
  const json heads = sandbox_.Control("GET", "/heads");
  ASSERT_EQ(heads.size(), 1);
  EXPECT_EQ(heads[0]["head_sha"], head_sha_);
  EXPECT_EQ(heads[0]["statuses"]["coverage-auto"]["state"], "success");
}

TEST_F(ControlTest, ListsStatusesInTheOrderOfTheirArrival) {
  GitHub("POST", "statuses/" + head_sha_, R"({"state":"pending","context":"a"})");
  GitHub("POST", "statuses/" + head_sha_, R"({"state":"success","context":"a"})");
  const json statuses = sandbox_.Control("GET", "/statuses?org=kubevirt&sha=" + head_sha_);
  ASSERT_EQ(statuses.size(), 2);
  EXPECT_EQ(statuses[0]["state"], "pending");
  EXPECT_EQ(statuses[1]["state"], "success");
}

TEST_F(ControlTest, WritesAJournalOfRequestsFaultsAndEffects) {
  sandbox_.Control("POST", "/faults", {{"target", "kube"}, {"kind", "500"}, {"count", 1}});
  Create(Job("a"));
  clock_.Advance(std::chrono::milliseconds(250));
  Create(Job("a"));
  const json events = sandbox_.Control("GET", "/events")["events"];
  std::string kinds;
  for (const json& event : events) kinds += event["kind"].get<std::string>() + " ";
  EXPECT_EQ(kinds, "request fault answer request effect answer ");
  EXPECT_EQ(events[2]["status"], 500);
  EXPECT_EQ(events[3]["at_ms"].get<int>() - events[0]["at_ms"].get<int>(), 250);
  EXPECT_EQ(events[4]["what"], "created prowjobs.prow.k8s.io kubevirt-prow-jobs/a");
}

TEST_F(ControlTest, ShowsThePartOfTheJournalThatIsAskedFor) {
  GitHub("GET", "pulls/1");
  Kube("GET", "/version");
  EXPECT_EQ(sandbox_.Control("GET", "/events?host=kube&kind=request")["events"].size(), 1);
  EXPECT_EQ(sandbox_.Control("GET", "/events?contains=pulls")["events"].size(), 2);
  EXPECT_EQ(sandbox_.Control("GET", "/events?after=3")["events"].size(), 1);
  EXPECT_EQ(sandbox_.Control("GET", "/events?limit=1")["events"].size(), 1);
}

TEST_F(ControlTest, AdvancesTheClock) {
  sandbox_.Control("POST", "/clock/advance", {{"ms", 3'600'000}});
  Create(Job("a"));
  EXPECT_EQ(Read("a")["metadata"]["creationTimestamp"], "2026-08-19T11:00:00Z");
}

TEST_F(ControlTest, CountsWhatThereIs) {
  GitHub("POST", "statuses/" + head_sha_, R"({"state":"pending"})");
  Create(Job("a"));
  const json summary = sandbox_.Control("GET", "/summary");
  EXPECT_EQ(summary["pulls"], 1);
  EXPECT_EQ(summary["statuses"], 1);
  EXPECT_EQ(summary["kube_objects"], 1);
  EXPECT_EQ(summary["events"]["effect"], 2);
}

TEST_F(ControlTest, ForgetsEverythingWhenReset) {
  Create(Job("a"));
  sandbox_.Control("POST", "/reset");
  EXPECT_EQ(GitHub("GET", "pulls/1").status, 404);
  EXPECT_EQ(List()["items"], json::array());
}

TEST_F(ControlTest, IsServedOnBothPorts) {
  EXPECT_EQ(Kube("GET", "/_sandbox/summary").status, 200);
  EXPECT_EQ(GitHub("GET", "/_sandbox/summary").status, 200);
  EXPECT_EQ(GitHub("GET", "/_sandbox/nothing").status, 404);
}

class ShortJournalTest : public SandboxFixture {
 protected:
  static Options Short() {
    Options options;
    options.max_events = 4;
    return options;
  }
  ShortJournalTest() : SandboxFixture(Short()) {}
};

TEST_F(ShortJournalTest, DropsTheOldestEventsAndSaysSo) {
  for (int i = 0; i < 5; ++i) GitHub("GET", "pulls/1");
  const json journal = sandbox_.Control("GET", "/events");
  EXPECT_EQ(journal["events"].size(), 4);
  EXPECT_EQ(journal["dropped"], 6);
  EXPECT_EQ(sandbox_.Control("GET", "/summary")["events"]["request"], 5);
}

}  // namespace
}  // namespace prow_coverage::sandbox
