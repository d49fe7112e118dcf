#include "prow_coverage/handler/head_standing.h"

#include <gtest/gtest.h>

namespace prow_coverage::handler {
namespace {

using inbox::State;
using Kind = HeadDeliveries::Kind;

const std::string kHead(40, 'a');
const std::string kOther(40, 'b');

inbox::Sighting Seen(std::int64_t id, const std::string& sha, State state,
                     const std::string& reason = "") {
  return {id, {"o", "r", 1}, sha, state, reason};
}

TEST(HeadStanding, ReadsWhatBecameOfAHeadsDeliveries) {
  struct Row {
    const char* name;
    std::vector<inbox::Sighting> deliveries;
    HeadDeliveries expected;
  };
  const Row rows[] = {
      {"none", {}, {Kind::kNone, false, 0}},
      {"only another head's", {Seen(1, kOther, State::kDone, "job_created")}, {}},
      {"in work", {Seen(1, kHead, State::kDecided)}, {Kind::kInWork, false, 1}},
      {"a job", {Seen(1, kHead, State::kDone, "job_created")}, {Kind::kAnswered, false, 1}},
      {"no Go", {Seen(1, kHead, State::kDone, "no_go_changes")}, {Kind::kNeedsNone, false, 1}},
      {"dead", {Seen(1, kHead, State::kDead, "too_old")}, {Kind::kGivenUp, false, 1}},
      {"was not the head", {Seen(1, kHead, State::kDone, "head_moved")}, {Kind::kNone, false, 1}},
      {"was closed",
       {Seen(1, kHead, State::kDone, "pull_request_closed")},
       {Kind::kNone, false, 1}},
      {"was not configured",
       {Seen(1, kHead, State::kDone, "repository_not_configured")},
       {Kind::kNone, false, 1}},
      {"an ignored label after a job",
       {Seen(1, kHead, State::kDone, "job_created"),
        Seen(2, kHead, State::kDone, "action_not_handled")},
       {Kind::kAnswered, false, 2}},
      {"dead, then redone",
       {Seen(1, kHead, State::kDead, "too_old"), Seen(2, kHead, State::kDone, "job_created")},
       {Kind::kAnswered, false, 2}},
      {"one of two hooks in work",
       {Seen(1, kHead, State::kCreated), Seen(2, kHead, State::kDone, "job_exists")},
       {Kind::kInWork, false, 2}},
      {"another head since",
       {Seen(1, kHead, State::kDone, "job_created"), Seen(2, kOther, State::kDone, "job_created")},
       {Kind::kAnswered, true, 1}},
      {"another head, and back with its webhook",
       {Seen(1, kHead, State::kDone, "job_created"), Seen(2, kOther, State::kDone, "job_created"),
        Seen(3, kHead, State::kDone, "job_created")},
       {Kind::kAnswered, false, 3}},
      {"an unreadable delivery since",
       {Seen(1, kHead, State::kDone, "job_created"), Seen(2, "", State::kDead, "malformed_event")},
       {Kind::kAnswered, false, 1}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(ReadDeliveries(row.deliveries, kHead), row.expected);
  }
}

// The table of docs/inbox.md.
TEST(HeadStanding, JudgesByTheCheapestEvidenceThatDecides) {
  const HeadDeliveries never;
  const HeadDeliveries answered{Kind::kAnswered, false, 1};
  const HeadDeliveries needs_none{Kind::kNeedsNone, false, 1};
  const HeadDeliveries returned{Kind::kAnswered, true, 1};
  const HeadDeliveries without_answer{Kind::kNone, false, 1};
  const HeadDeliveries in_work{Kind::kInWork, false, 1};
  const HeadDeliveries dead{Kind::kGivenUp, false, 1};
  const HeadJobs none;
  const HeadJobs live{true, 1};
  const HeadJobs aborted{false, 1};
  struct Row {
    const char* name;
    HeadEvidence evidence;
    Standing expected;
  };
  const Row rows[] = {
      {"in work", {in_work, aborted}, Standing::kInWork},
      {"a job that nobody delivered", {never, live}, Standing::kAnswered},
      {"dead before its job was known", {dead, live}, Standing::kAnswered},
      {"dead", {dead, none}, Standing::kGivenUp},
      {"dead and aborted", {dead, aborted}, Standing::kGivenUp},
      {"answered, no job", {answered, none}, Standing::kAskStatus},
      {"answered, its job long swept", {answered, none, HeadStatus::kFinal}, Standing::kAnswered},
      {"answered, no status", {answered, none, HeadStatus::kNone}, Standing::kAnswered},
      {"no Go changes", {needs_none, none}, Standing::kAnswered},
      {"no Go changes, but a job was aborted", {needs_none, aborted}, Standing::kAskStatus},
      {"a job that has just gone", {answered, none, HeadStatus::kPending}, Standing::kAnswered},
      {"a job that nobody told the end of",
       {answered, none, HeadStatus::kPending, true},
       Standing::kUnanswered},
      {"answered, its job aborted", {answered, aborted}, Standing::kAskStatus},
      {"pushed back, its job swept", {returned, none}, Standing::kAskStatus},
      {"pushed back, its job has a result", {returned, live}, Standing::kAnswered},
      {"never seen", {never, none}, Standing::kAskStatus},
      {"seen without an answer", {without_answer, none}, Standing::kAskStatus},
      {"never seen, final", {never, none, HeadStatus::kFinal}, Standing::kAnswered},
      {"never seen, pending", {never, none, HeadStatus::kPending}, Standing::kUnanswered},
      {"never seen, no status", {never, none, HeadStatus::kNone}, Standing::kUnanswered},
      {"aborted while pending", {answered, aborted, HeadStatus::kPending}, Standing::kUnanswered},
      {"aborted and told so", {answered, aborted, HeadStatus::kFinal}, Standing::kAnswered},
      {"pushed back, pending", {returned, none, HeadStatus::kPending}, Standing::kUnanswered},
      {"pushed back, final", {returned, none, HeadStatus::kFinal}, Standing::kAnswered},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    EXPECT_EQ(Judge(row.evidence), row.expected);
  }
}

PullRequest Pull() {
  PullRequest pull;
  pull.org = "o";
  pull.repo = "r";
  pull.number = 1;
  pull.head_sha = kHead;
  return pull;
}

std::string Job(const std::string& sha, const std::string& state,
                const std::string& name = "coverage-auto") {
  return R"({"spec":{"job":")" + name +
         R"(","refs":{"org":"o","repo":"r","pulls":[{"number":1,"sha":")" + sha +
         R"("}]}},"status":{"state":")" + state + R"("}})";
}

TEST(JobsByHead, CountsEachHeadsOwnJobs) {
  JobsByHead jobs;
  for (const char* state : {"aborted", "aborted"}) jobs.Add(Job(kHead, state));
  EXPECT_EQ(jobs.For(Pull()), (HeadJobs{false, 2}));
  jobs.Add(Job(kHead, "success"));
  EXPECT_EQ(jobs.For(Pull()), (HeadJobs{true, 2}));
}

TEST(JobsByHead, TheNewestTellsWhetherThereIsAnAnswer) {
  const auto at = [](const char* state, const char* time) {
    std::string job = Job(kHead, state);
    job.insert(job.size() - 2, std::string(R"(,"startTime":")") + time + '"');
    return job;
  };
  const std::string ended = at("success", "2026-11-24T10:00:00Z");
  const std::string rerun = at("aborted", "2026-11-24T11:00:00Z");
  for (const auto& order : {std::pair(ended, rerun), std::pair(rerun, ended)}) {
    JobsByHead jobs;
    jobs.Add(order.first);
    jobs.Add(order.second);
    EXPECT_EQ(jobs.For(Pull()), (HeadJobs{false, 1}));
  }
}

TEST(JobsByHead, LeavesOutWhatIsNotOurs) {
  JobsByHead jobs;
  jobs.Add(Job(kOther, "success"));
  jobs.Add(Job(kHead, "success", "pull-unit"));
  jobs.Add("<html>");
  jobs.Add("{}");
  jobs.Add(R"({"spec":{"job":"coverage-auto","refs":{"org":"o","repo":"r","pulls":[{}]}}})");
  EXPECT_EQ(jobs.For(Pull()), HeadJobs());
}

TEST(HeadStanding, ReadsOurContextsStatusAlone) {
  using github::CommitState;
  using github::CommitStatus;
  const CommitStatus other{CommitState::kSuccess, "pull-unit", "", ""};
  EXPECT_EQ(ReadStatuses(std::vector{other}), HeadStatus::kNone);
  const CommitStatus pending{CommitState::kPending, "coverage-auto", "", ""};
  EXPECT_EQ(ReadStatuses(std::vector{other, pending}), HeadStatus::kPending);
  for (const auto state : {CommitState::kSuccess, CommitState::kFailure, CommitState::kError}) {
    const CommitStatus final{state, "coverage-auto", "", ""};
    EXPECT_EQ(ReadStatuses(std::vector{other, final}), HeadStatus::kFinal);
  }
}

TEST(HeadStanding, DescribesTheEvidence) {
  EXPECT_EQ(Describe({{}, {}, HeadStatus::kNone}), "no delivery, no job, no status");
  EXPECT_EQ(Describe({{Kind::kAnswered, false, 1}, {false, 1}, HeadStatus::kPending}),
            "delivered before, 1 job aborted, status pending");
  EXPECT_EQ(Describe({{Kind::kAnswered, true, 1}, {false, 2}, HeadStatus::kPending}),
            "delivered before, then another head, 2 jobs aborted, status pending");
}

}  // namespace
}  // namespace prow_coverage::handler
