#include <chrono>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "inbox_test_base.h"
#include "schema.h"

namespace prow_coverage::inbox {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class OpenTest : public InboxTestBase {
 protected:
  Error Refusal() {
    auto opened = inbox::Open(options_, clock_, logger_, *metrics_);
    EXPECT_FALSE(opened);
    return opened ? Error{} : opened.error();
  }

  void Execute(const char* sql) {
    sqlite3* database = nullptr;
    ASSERT_EQ(sqlite3_open(options_.path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
    sqlite3_close(database);
  }
};

TEST_F(OpenTest, ADirectoryIsRefused) {
  fs::create_directory(options_.path);
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("it is a directory; name a file in it"));
}

TEST_F(OpenTest, AMissingDirectoryIsRefused) {
  options_.path = dir_.path() / "missing" / "inbox.db";
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("there is no directory"));
  EXPECT_THAT(error.message, HasSubstr("create it"));
}

TEST_F(OpenTest, ADeviceIsRefused) {
  options_.path = "/dev/null";
  EXPECT_EQ(Refusal().code, ErrorCode::kInvalidArgument);
}

TEST_F(OpenTest, AFileThatIsNoDatabaseIsRefusedAndLeftAlone) {
  const std::string content(10000, 'x');
  dir_.Write("inbox.db", content);
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("file is not a database"));
  EXPECT_EQ(fs::file_size(options_.path), content.size());
}

TEST_F(OpenTest, TheDatabaseOfAnotherProgramIsRefusedAndLeftAlone) {
  Execute("CREATE TABLE bookmarks (url TEXT)");
  const auto size = fs::file_size(options_.path);
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("database of another program"));
  EXPECT_EQ(fs::file_size(options_.path), size);
}

TEST_F(OpenTest, ADatabaseFromTheFutureIsRefused) {
  Open();
  inbox_.reset();
  Execute("PRAGMA user_version = 1000");
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("written by a newer prow-coverage (schema 1000"));
}

TEST_F(OpenTest, ATruncatedFileIsRefused) {
  Open();
  for (int i = 0; i < 50; ++i) StoreNew(std::to_string(i));
  inbox_.reset();
  fs::resize_file(options_.path, fs::file_size(options_.path) / 2);
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(error.message, HasSubstr("malformed"));
  EXPECT_THAT(error.message, HasSubstr(".recover"));
}

TEST_F(OpenTest, TheInboxOfAnotherDaemonIsRefusedAndLeftAlone) {
  Open();
  inbox_.reset();
  Execute("PRAGMA user_version = 2");
  const int other = ::open(options_.path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  options_.wait_for_other = std::chrono::milliseconds(0);
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kConflict);
  EXPECT_THAT(error.message, HasSubstr("another prow-coverage daemon has it"));
  {
    auto file = Connection::Open(options_.path, Access::kReadOnly, "").value();
    EXPECT_EQ(file->Integer("PRAGMA user_version").value(), 2) << "it was migrated";
  }
  ::close(other);
}

TEST_F(OpenTest, AnotherNameOfTheSameFileIsTheSameInbox) {
  Open();
  Options other = options_;
  other.path = dir_.path() / "link.db";
  other.wait_for_other = std::chrono::milliseconds(0);
  fs::create_symlink(options_.path, other.path);
  EXPECT_EQ(inbox::Open(other, clock_, logger_, *metrics_).error().code, ErrorCode::kConflict);
}

TEST_F(OpenTest, ADaemonThatIsAboutToEndIsWaitedFor) {
  Open();
  inbox_.reset();
  const int other = ::open(options_.path.c_str(), O_RDONLY | O_CLOEXEC);
  ASSERT_EQ(::flock(other, LOCK_EX), 0);
  options_.wait_for_other = std::chrono::minutes(1);
  std::thread ending([other] {
    ::usleep(100'000);
    ::close(other);
  });
  Open();
  ending.join();
  StoreNew("guid-1");
}

TEST_F(OpenTest, AnEmptyFileIsANewDatabase) {
  dir_.Write("inbox.db", "");
  Open();
  StoreNew("guid-1");
}

TEST_F(OpenTest, ANewFileIsReadableByItsOwnerAlone) {
  Open();
  for (const char* suffix : {"", "-wal", "-shm"}) {
    SCOPED_TRACE(suffix);
    const auto mode = fs::status(options_.path.string() + suffix).permissions();
    EXPECT_EQ(mode, fs::perms::owner_read | fs::perms::owner_write);
  }
}

TEST_F(OpenTest, NoPermissionIsSaidSo) {
  Open();
  inbox_.reset();
  ::chmod(dir_.path().c_str(), 0555);
  ::chmod(options_.path.c_str(), 0444);
  const AsOrdinaryUser user;
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(error.message, HasSubstr("no permission to write it"));
}

TEST_F(OpenTest, ADirectoryThatMayNotBeWrittenIsSaidSo) {
  ::chmod(dir_.path().c_str(), 0555);
  const AsOrdinaryUser user;
  const Error error = Refusal();
  EXPECT_EQ(error.code, ErrorCode::kPermissionDenied);
  EXPECT_THAT(error.message, HasSubstr("no permission to create files in"));
}

TEST_F(OpenTest, ANameThatLooksLikeAUriIsAFile) {
  const auto before = fs::current_path();
  fs::current_path(dir_.path());
  options_.path = "file:inbox.db?mode=memory";
  Open();
  EXPECT_TRUE(fs::exists(dir_.path() / "file:inbox.db?mode=memory"));
  fs::current_path(before);
}

TEST_F(OpenTest, ADatabaseOfVersion1IsBroughtForwardWithItsDeliveries) {
  Execute(testing::TestData("inbox/version-1.sql").c_str());
  Open();
  const auto delivery = Await(inbox_->Get(1));
  ASSERT_TRUE(delivery) << delivery.error().message;
  EXPECT_EQ(delivery->guid, "72d3162e-cc78-11e3-81ab-4c9367dc0958");
  EXPECT_EQ(delivery->state, State::kCreated);
  EXPECT_EQ(delivery->attempts, 2);
  EXPECT_EQ(delivery->body, "{}");
  EXPECT_EQ(DueIds(), std::vector<std::int64_t>{1});
  EXPECT_TRUE(Await(inbox_->Reports(0, 10)).value().empty());
  auto version = Connection::Open(options_.path, Access::kReadOnly, "").value();
  EXPECT_EQ(version->Integer("PRAGMA user_version").value(), kSchemaVersion);
}

TEST_F(OpenTest, ADatabaseOfVersion2IsBroughtForwardWithItsBodiesAsTheyAre) {
  Execute(testing::TestData("inbox/version-2.sql").c_str());
  Open();
  EXPECT_EQ(Await(inbox_->Get(1)).value().body, R"({"action":"opened"})");
  NewDelivery known = MakeDelivery("72d3162e-cc78-11e3-81ab-4c9367dc0958");
  EXPECT_EQ(Store(known).error().code, ErrorCode::kConflict);
  known.body = R"({"action":"opened"})";
  EXPECT_EQ(Store(known).value().kind, Stored::Kind::kDuplicate);
  const auto reports = Await(inbox_->Reports(0, 10)).value();
  ASSERT_EQ(reports.size(), 1u);
  EXPECT_EQ(reports[0].phase, "waiting");
}

TEST_F(OpenTest, SettingsThatDurabilityRestsOnAreInForce) {
  Open();
  auto other = Connection::Open(options_.path, Access::kReadOnly, "").value();
  Query mode(*other, "PRAGMA journal_mode");
  ASSERT_TRUE(mode.Step());
  EXPECT_EQ(mode.Text(0), "wal");
  EXPECT_EQ(other->Integer("PRAGMA auto_vacuum").value(), 2);  // incremental
}

}  // namespace
}  // namespace prow_coverage::inbox
