#include "prow_coverage/inbox/reader.h"

#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "inbox_test_base.h"

namespace prow_coverage::inbox {
namespace {

using std::chrono::microseconds;
using std::chrono::seconds;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class ReaderTest : public InboxTestBase {
 protected:
  ReaderTest() {
    Open();
    auto reader = OpenReader(options_.path);
    EXPECT_TRUE(reader) << reader.error().message;
    reader_ = *std::move(reader);
  }

  std::vector<std::string> Guids(const Filter& filter) {
    std::vector<std::string> guids;
    auto listed = reader_->List(filter);
    EXPECT_TRUE(listed) << listed.error().message;
    for (const Delivery& delivery : *listed) guids.push_back(delivery.guid);
    return guids;
  }

  std::unique_ptr<Reader> reader_;
};

TEST_F(ReaderTest, ListIsNewestFirstAndHasNoBodies) {
  StoreNew("1");
  clock_.Advance(seconds(1));
  StoreNew("2");
  EXPECT_THAT(Guids({}), ElementsAre("2", "1"));
  EXPECT_EQ(reader_->List({})->front().body, "");
}

TEST_F(ReaderTest, ListKeepsToEachPartOfTheFilter) {
  StoreIn(State::kDead, "dead");
  NewDelivery other = MakeDelivery("other");
  other.org = "kubernetes";
  other.repo = "test-infra";
  other.number = 4;
  clock_.Advance(seconds(10));
  ASSERT_TRUE(Store(other));

  Filter state;
  state.state = State::kDead;
  EXPECT_THAT(Guids(state), ElementsAre("dead"));
  Filter repository;
  repository.org = "kubernetes";
  repository.repo = "test-infra";
  EXPECT_THAT(Guids(repository), ElementsAre("other"));
  Filter number;
  number.number = 17;
  EXPECT_THAT(Guids(number), ElementsAre("dead"));
  Filter since;
  since.since = clock_.Now();
  EXPECT_THAT(Guids(since), ElementsAre("other"));
  Filter limit;
  limit.limit = 1;
  EXPECT_THAT(Guids(limit), ElementsAre("other"));
  Filter none = repository;
  none.state = State::kDead;
  EXPECT_THAT(Guids(none), IsEmpty());
}

TEST_F(ReaderTest, FindAnswersTheDeliveryWithItsBody) {
  StoreNew("guid-1");
  const auto found = reader_->Find("guid-1");
  ASSERT_TRUE(found) << found.error().message;
  EXPECT_EQ(static_cast<const NewDelivery&>(*found), MakeDelivery("guid-1"));
  EXPECT_EQ(reader_->Find("guid-2").error().code, ErrorCode::kNotFound);
}

TEST_F(ReaderTest, StepsAreInTheOrderTheyWereRecorded) {
  const std::int64_t id = StoreNew("guid-1");
  const Step files{"files", clock_.Now(), microseconds(1500), "ok", "3 files"};
  // The wall clock was set back between the two.
  const Step head{"head", clock_.Now() - seconds(90), microseconds(700), "unavailable", "502"};
  Progress progress = To(State::kReceived);
  progress.steps = {files, head};
  ASSERT_TRUE(Await(inbox_->Record(id, progress)));
  EXPECT_THAT(reader_->Steps(id).value(), ElementsAre(files, head));
}

TEST_F(ReaderTest, ALongDetailIsCutBetweenTwoCharacters) {
  const std::int64_t id = StoreNew("guid-1");
  std::string detail(65535, 'x');
  detail += "\xc3\xa9";  // é
  Progress progress = To(State::kReceived);
  progress.steps = {{"files", clock_.Now(), microseconds(0), "ok", detail}};
  ASSERT_TRUE(Await(inbox_->Record(id, progress)));
  EXPECT_EQ(reader_->Steps(id)->at(0).detail, std::string(65535, 'x'));
}

TEST_F(ReaderTest, ATraceKeepsItsNewestThousandSteps) {
  const std::int64_t id = StoreNew("guid-1");
  Progress progress = To(State::kReceived);
  for (int i = 0; i < 1500; ++i) {
    progress.steps.push_back({std::to_string(i), clock_.Now(), microseconds(0), "ok", ""});
  }
  ASSERT_TRUE(Await(inbox_->Record(id, progress)));
  const auto steps = reader_->Steps(id).value();
  ASSERT_EQ(steps.size(), 1000u);
  EXPECT_EQ(steps.front().name, "500");
  EXPECT_EQ(steps.back().name, "1499");
}

TEST_F(ReaderTest, RetryMakesADeadDeliveryDueForTheDaemonThatRuns) {
  const std::int64_t id = StoreIn(State::kDead, "guid-1");
  ASSERT_THAT(DueIds(), IsEmpty());
  const auto retried = reader_->Retry(id, clock_.Now());
  ASSERT_TRUE(retried) << retried.error().message;
  EXPECT_THAT(DueIds(), ElementsAre(id));
  EXPECT_EQ(reader_->Steps(id)->back().detail, "by hand");
}

TEST_F(ReaderTest, RetryOfWhatIsNotDeadIsRefused) {
  const std::int64_t id = StoreIn(State::kDone, "guid-1");
  EXPECT_EQ(reader_->Retry(id, clock_.Now()).error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(reader_->Retry(4711, clock_.Now()).error().code, ErrorCode::kNotFound);
}

TEST_F(ReaderTest, TheDaemonsCountsFollowARetry) {
  const std::int64_t id = StoreIn(State::kDead, "guid-1");
  ASSERT_TRUE(reader_->Retry(id, clock_.Now()));
  clock_.Advance(seconds(5));
  DueIds();
  DueIds();
  EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"received\"} 1"));
  EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"dead\"} 0"));
}

TEST_F(ReaderTest, ReadsADatabaseThatNoDaemonHasOpen) {
  StoreNew("guid-1");
  reader_.reset();
  inbox_.reset();
  const auto reader = OpenReader(options_.path);
  ASSERT_TRUE(reader) << reader.error().message;
  EXPECT_TRUE((*reader)->Find("guid-1"));
}

// The daemon that runs beside it may be older, and could not open the file again.
TEST_F(ReaderTest, DoesNotMigrate) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(options_.path.c_str(), &database), SQLITE_OK);
  const std::int64_t id = StoreIn(State::kDead, "guid-1");
  sqlite3_exec(database, "PRAGMA user_version = 2", nullptr, nullptr, nullptr);
  for (const auto& error :
       {OpenReader(options_.path).error(), reader_->Retry(id, clock_.Now()).error()}) {
    EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(error.message, HasSubstr("written by an older prow-coverage (schema 2"));
  }
  sqlite3_exec(
      database, "PRAGMA user_version",
      [](void*, int, char** values, char**) {
        EXPECT_STREQ(values[0], "2");
        return 0;
      },
      nullptr, nullptr);
  sqlite3_close(database);
}

TEST_F(ReaderTest, AFileOfNoLengthHoldsNoInboxYet) {
  const auto empty = dir_.Write("empty.db", "");
  const auto reader = OpenReader(empty);
  ASSERT_FALSE(reader);
  EXPECT_EQ(reader.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(reader.error().message, HasSubstr("it holds no inbox yet"));
  EXPECT_EQ(std::filesystem::file_size(empty), 0u);
}

TEST_F(ReaderTest, ReadsInADirectoryThatMayNotBeWritten) {
  options_.path = dir_.path() / "odd name?#%41.db";
  Open();
  StoreNew("guid-1");
  const std::string log = options_.path.string() + "-wal";
  std::filesystem::copy_file(log, dir_.path() / "log");
  inbox_.reset();
  ::chmod(options_.path.c_str(), 0644);
  ::chmod(dir_.path().c_str(), 0555);
  {
    const AsOrdinaryUser user;
    const auto reader = OpenReader(options_.path);
    ASSERT_TRUE(reader) << reader.error().message;
    EXPECT_TRUE((*reader)->Find("guid-1"));
    EXPECT_EQ((*reader)->Retry(1, clock_.Now()).error().code, ErrorCode::kPermissionDenied);
  }
  ::chmod(dir_.path().c_str(), 0755);
  std::filesystem::rename(dir_.path() / "log", log);
  ::chmod(dir_.path().c_str(), 0555);
  const AsOrdinaryUser user;
  const auto refused = OpenReader(options_.path);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(refused.error().message, HasSubstr("copy the file and its -wal"));
}

TEST_F(ReaderTest, CreatesNothing) {
  const auto missing = dir_.path() / "missing.db";
  EXPECT_EQ(OpenReader(missing).error().code, ErrorCode::kNotFound);
  EXPECT_FALSE(std::filesystem::exists(missing));
  EXPECT_EQ(OpenReader(":memory:").error().code, ErrorCode::kNotFound);
}

}  // namespace
}  // namespace prow_coverage::inbox
