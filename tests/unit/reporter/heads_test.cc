#include "heads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "job_json.h"

namespace prow_coverage::reporter {
namespace {

using Met = Heads::Met;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

Job Attempt(int attempt, const std::string& state = "triggered") {
  return ParsedJob(JobJson(state, attempt));
}

// As Deck re-runs a job: same labels and refs, another name, later.
Job DeckRerun(const std::string& state = "triggered") {
  auto object = JobJson(state, 9);
  object["metadata"]["name"] = "deck-rerun";
  return ParsedJob(object);
}

void Tell(Entry& entry, Phase phase) {
  entry.told.job_name = entry.job->name;
  entry.told.job_start = entry.job->start_time;
  entry.told.phase = phase;
}

class HeadsTest : public ::testing::Test {
 protected:
  Heads heads_;
};

TEST_F(HeadsTest, FollowTheNewestJobOfEach) {
  EXPECT_TRUE(heads_.Upsert(Attempt(2)).new_head);
  EXPECT_EQ(heads_.Upsert(Attempt(1, "aborted")).met, Met::kUnchanged);
  EXPECT_EQ(heads_.Find(kKey)->job->attempt, 2);
  EXPECT_EQ(heads_.Upsert(Attempt(3)).met, Met::kChanged);
  EXPECT_EQ(heads_.Find(kKey)->job->attempt, 3);
  EXPECT_EQ(heads_.jobs(), 3u);
}

TEST_F(HeadsTest, TellNothingOfAJobThatDidNotChange) {
  EXPECT_EQ(heads_.Upsert(Attempt(1)).met, Met::kChanged);
  EXPECT_EQ(heads_.Upsert(Attempt(1)).met, Met::kUnchanged);
  EXPECT_EQ(heads_.Upsert(Attempt(1, "pending")).met, Met::kChanged);
}

TEST_F(HeadsTest, ForgetTheAttemptThatWasAskedForOnceSomebodyAsksForAnother) {
  heads_.Upsert(Attempt(1, "aborted"));
  Entry& entry = *heads_.Find(kKey);
  Tell(entry, Phase::kWaiting);
  entry.told.rerun_of = entry.job->name;
  heads_.Upsert(Attempt(2));
  EXPECT_EQ(entry.told.rerun_of, Attempt(1).name);
  Tell(entry, Phase::kEnded);
  heads_.Upsert(Attempt(2, "aborted"));
  EXPECT_EQ(entry.told.rerun_of, Attempt(1).name);
  heads_.Upsert(DeckRerun("aborted"));
  EXPECT_EQ(entry.told.rerun_of, "");
}

TEST_F(HeadsTest, AdoptARerunWhicheverComesFirst) {
  EXPECT_FALSE(heads_.Upsert(DeckRerun()).new_head);
  EXPECT_EQ(heads_.Find(kKey)->claim, Claim::kUnknown);
  heads_.Upsert(Attempt(1, "success"));
  EXPECT_EQ(heads_.Find(kKey)->claim, Claim::kOurs);
  EXPECT_EQ(heads_.Find(kKey)->job->name, "deck-rerun");
  Heads other;
  other.Upsert(Attempt(1, "success"));
  EXPECT_EQ(other.Upsert(DeckRerun()).met, Met::kChanged);
}

TEST_F(HeadsTest, ForgetAJobThatMatchesNothingOnceItIsGone) {
  for (const auto claim : {Claim::kUnknown, Claim::kForeign}) {
    heads_.Upsert(DeckRerun());
    heads_.Find(kKey)->claim = claim;
    EXPECT_EQ(heads_.Delete("deck-rerun"), std::nullopt);
    EXPECT_EQ(heads_.Find(kKey), nullptr);
    EXPECT_EQ(heads_.jobs(), 0u);
  }
  // It is not adopted after it went.
  heads_.Upsert(Attempt(1));
  EXPECT_EQ(heads_.Find(kKey)->job->attempt, 1);
}

TEST_F(HeadsTest, KeepTheNameAloneOfAJobOfWhichAllIsTold) {
  heads_.Upsert(Attempt(1, "success"));
  Tell(*heads_.Find(kKey), Phase::kEnded);
  heads_.Forget(kKey);
  ASSERT_NE(heads_.Find(kKey), nullptr);
  EXPECT_EQ(heads_.Find(kKey)->job, nullptr);
  EXPECT_EQ(heads_.Upsert(Attempt(1, "success")).met, Met::kUnchanged);
  EXPECT_EQ(heads_.Delete(Attempt(1).name), std::nullopt);
  EXPECT_EQ(heads_.Find(kKey), nullptr);
}

TEST_F(HeadsTest, NeverGoBackToAnOlderJob) {
  heads_.Upsert(Attempt(2, "success"));
  Tell(*heads_.Find(kKey), Phase::kEnded);
  heads_.Forget(kKey);
  EXPECT_EQ(heads_.Upsert(Attempt(1)).met, Met::kUnchanged);
  EXPECT_EQ(heads_.Find(kKey)->job, nullptr);
}

TEST_F(HeadsTest, NoticeThatARunningJobWasDeleted) {
  heads_.Upsert(Attempt(1, "pending"));
  EXPECT_EQ(heads_.Delete(Attempt(1).name), kKey);
  EXPECT_TRUE(heads_.Find(kKey)->job->deleted);
}

TEST_F(HeadsTest, StillTellTheEndOfAJobThatWasDeletedAfterIt) {
  heads_.Upsert(Attempt(1, "success"));
  EXPECT_EQ(heads_.Delete(Attempt(1).name), kKey);
  EXPECT_FALSE(heads_.Find(kKey)->job->deleted);
  Tell(*heads_.Find(kKey), Phase::kEnded);
  heads_.Forget(kKey);
  EXPECT_EQ(heads_.Find(kKey), nullptr);
}

TEST_F(HeadsTest, CountEveryJobThatIsGoneAndNotKnownToBeTold) {
  for (const char* state : {"pending", "success", "aborted"}) {
    SCOPED_TRACE(state);
    heads_ = Heads();
    heads_.Upsert(Attempt(1, state));
    EXPECT_FALSE(IsOrphan(*heads_.Find(kKey)));
    heads_.Delete(Attempt(1).name);
    heads_.Forget(kKey);
    ASSERT_NE(heads_.Find(kKey), nullptr);
    EXPECT_TRUE(IsOrphan(*heads_.Find(kKey)));
    Tell(*heads_.Find(kKey), Phase::kEnded);
    EXPECT_FALSE(IsOrphan(*heads_.Find(kKey)));
    heads_.Forget(kKey);
    EXPECT_EQ(heads_.Find(kKey), nullptr);
  }
}

TEST_F(HeadsTest, OweTheEndOfAJobThatWasMadeHereEvenAfterARestart) {
  heads_.Upsert(Attempt(1));
  heads_.Owe(Attempt(1));
  EXPECT_TRUE(heads_.Find(kKey)->owed);
  Heads after;
  after.Restore(ToReport(*heads_.Find(kKey)), WallTime());
  EXPECT_THAT(after.Settle(), ElementsAre(kKey));
  EXPECT_TRUE(IsOrphan(*after.Find(kKey)));
}

TEST_F(HeadsTest, OweNothingOfWhichMoreIsTold) {
  heads_.Upsert(Attempt(1, "pending"));
  Tell(*heads_.Find(kKey), Phase::kRunning);
  heads_.Owe(Attempt(1));
  heads_.Upsert(Attempt(2, "pending"));
  Tell(*heads_.Find(kKey), Phase::kRunning);
  heads_.Owe(Attempt(1));
  EXPECT_FALSE(heads_.Find(kKey)->owed);
  EXPECT_EQ(heads_.Find(kKey)->told.phase, Phase::kRunning);
}

TEST_F(HeadsTest, MakeUpForWhatHappenedWhileNobodyLooked) {
  inbox::Report gone;
  gone.org = kHead.org;
  gone.repo = kHead.repo;
  gone.number = 17;
  gone.head_sha = kHeadSha;
  gone.job_name = Attempt(1).name;
  gone.job_start = Attempt(1).start_time;
  gone.phase = "running";
  gone.state = "pending";
  gone.target_url = "https://link";
  heads_.Restore(gone, WallTime());
  inbox::Report told = gone;
  told.number = 18;
  told.phase = "ended";
  heads_.Restore(told, WallTime());
  EXPECT_THAT(heads_.Settle(), ElementsAre(kKey));
  EXPECT_TRUE(heads_.Find(kKey)->job->deleted);
  EXPECT_EQ(heads_.Find(kKey)->told.status->target_url, "https://link");
  EXPECT_EQ(heads_.Keys().size(), 1u);
}

TEST_F(HeadsTest, RememberOverARestartWhatWasTold) {
  heads_.Upsert(Attempt(1, "pending"));
  Entry& entry = *heads_.Find(kKey);
  Tell(entry, Phase::kRunning);
  entry.told.status =
      github::CommitStatus{github::CommitState::kPending, "coverage-auto", "text", "https://link"};
  entry.told.rerun_of = "another";
  Heads after;
  after.Restore(ToReport(entry), entry.told.rerun_at);
  after.Upsert(Attempt(1, "pending"));
  EXPECT_EQ(after.Find(kKey)->told, entry.told);
  EXPECT_FALSE(after.Find(kKey)->verified);
}

TEST_F(HeadsTest, AreDoubtedOnceAnotherHasLed) {
  heads_.Upsert(Attempt(1));
  heads_.Find(kKey)->verified = true;
  const MonotonicTime until(std::chrono::seconds(15));
  heads_.Doubt(until);
  Entry& entry = *heads_.Find(kKey);
  EXPECT_FALSE(entry.verified);
  heads_.NoteSet(entry, until);
  EXPECT_FALSE(entry.look_again_at);
  heads_.NoteSet(entry, until - std::chrono::seconds(1));
  EXPECT_EQ(entry.look_again_at, until);
}

}  // namespace
}  // namespace prow_coverage::reporter
