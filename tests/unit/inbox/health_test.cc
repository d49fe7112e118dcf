#include <chrono>
#include <fstream>
#include <thread>

#include <gmock/gmock.h>
#include <sqlite3.h>

#include "connection.h"
#include "inbox_test_base.h"
#include "support/fault_vfs.h"

namespace prow_coverage::inbox {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

class HealthTest : public InboxTestBase {
 protected:
  HealthTest() {
    options_.vfs = vfs_.name();
    Open();
    StoreNew("before");
  }
  ~HealthTest() override { inbox_.reset(); }

  void ExpectOutOfOrder(std::string_view cause) {
    const auto refused = Store(MakeDelivery("during"));
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
    EXPECT_THAT(refused.error().message, HasSubstr(cause));
    EXPECT_FALSE(inbox_->Healthy());
  }

  void ExpectInOrder() {
    const auto stored = Store(MakeDelivery("after"));
    EXPECT_TRUE(stored) << stored.error().message;
    EXPECT_TRUE(inbox_->Healthy());
    EXPECT_EQ(Store(MakeDelivery("before"))->kind, Stored::Kind::kDuplicate);
  }

  // Waits for the once-a-second probe.
  bool BecomesHealthy() {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    while (!inbox_->Healthy() && std::chrono::steady_clock::now() < deadline) {
      std::this_thread::yield();
    }
    return inbox_->Healthy();
  }

  int LogLines(std::string_view part) const {
    const auto lines = logger_.lines();
    return static_cast<int>(std::count_if(lines.begin(), lines.end(), [&](const auto& line) {
      return line.message.find(part) != std::string::npos;
    }));
  }

  testing::FaultVfs vfs_;
};

TEST_F(HealthTest, AFailingDiskRefusesStoresUntilItWorksAgain) {
  const struct {
    const char* name;
    void (testing::FaultVfs::*fail)(int);
    int code;
    const char* cause;
  } rows[] = {
      {"fsync fails", &testing::FaultVfs::FailSyncs, SQLITE_IOERR_FSYNC, "check the disk"},
      {"write fails", &testing::FaultVfs::FailWrites, SQLITE_IOERR_WRITE, "check the disk"},
      {"disk full", &testing::FaultVfs::FailWrites, SQLITE_FULL, "make room"},
      {"disk full at fsync", &testing::FaultVfs::FailSyncs, SQLITE_FULL, "make room"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    (vfs_.*row.fail)(row.code);
    ExpectOutOfOrder(row.cause);
    ExpectOutOfOrder(row.cause);
    (vfs_.*row.fail)(SQLITE_OK);
    ExpectInOrder();
  }
}

TEST_F(HealthTest, ItFindsOutByItselfThatTheDiskWorksAgain) {
  vfs_.FailSyncs(SQLITE_IOERR_FSYNC);
  ExpectOutOfOrder("check the disk");
  vfs_.FailSyncs(SQLITE_OK);
  EXPECT_TRUE(BecomesHealthy());
}

TEST_F(HealthTest, OneLogLineWhenItStartsAndOneWhenItEnds) {
  vfs_.FailWrites(SQLITE_FULL);
  for (int i = 0; i < 3; ++i) ExpectOutOfOrder("disk is full");
  vfs_.FailWrites(SQLITE_OK);
  ExpectInOrder();
  EXPECT_EQ(LogLines("out of order"), 1);
  EXPECT_EQ(LogLines("the inbox takes writes again"), 1);
  EXPECT_FALSE(Exposes("prow_coverage_inbox_errors_total 0"));
}

TEST_F(HealthTest, ALockHeldByAnotherProcessIsAnOutage) {
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(options_.path.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "BEGIN IMMEDIATE", nullptr, nullptr, nullptr), SQLITE_OK);
  ExpectOutOfOrder("database is locked");
  sqlite3_close(other);
  ExpectInOrder();
}

TEST_F(HealthTest, AFileThatVanishesIsNotReplacedByAnEmptyOne) {
  const auto moved = dir_.path() / "moved.db";
  fs::rename(options_.path, moved);
  ExpectOutOfOrder("no such file");
  EXPECT_FALSE(fs::exists(options_.path));
  fs::rename(moved, options_.path);
  ExpectInOrder();
}

TEST_F(HealthTest, AForeignFileInItsPlaceIsAnOutage) {
  const auto moved = dir_.path() / "moved.db";
  fs::rename(options_.path, moved);
  dir_.Write("inbox.db", std::string(8192, 'x'));
  ExpectOutOfOrder("file is not a database");
  fs::rename(moved, options_.path);
  ExpectInOrder();
}

// SQLite would write our log into it.
TEST_F(HealthTest, AnotherProgramsDatabaseInItsPlaceIsAnOutage) {
  const auto moved = dir_.path() / "moved.db";
  fs::rename(options_.path, moved);
  std::string foreign("SQLite format 3\0", 16);
  foreign.resize(4096);
  foreign[71] = 7;  // its application ID
  dir_.Write("inbox.db", foreign);
  ExpectOutOfOrder("the database of another program");
  fs::rename(moved, options_.path);
  ExpectInOrder();
}

TEST_F(HealthTest, ACorruptFileIsAnOutage) {
  inbox_.reset();  // everything is in the database file now
  Open();
  std::fstream file(options_.path, std::ios::in | std::ios::out | std::ios::binary);
  const std::string noise(fs::file_size(options_.path) - 8192, '\x5a');
  file.seekp(8192);
  file.write(noise.data(), static_cast<std::streamsize>(noise.size()));
  file.close();
  ExpectOutOfOrder("malformed");
}

// One page of the file is noise: that of an index which a probe and a new delivery do not touch.
class DamagedPageTest : public HealthTest {
 protected:
  DamagedPageTest() {
    id_ = StoreNew("worked on");
    inbox_.reset();  // everything is in the database file now
    fs::copy_file(options_.path, sound_);
    auto connection = Connection::Open(options_.path, Access::kReadOnly, "").value();
    const auto root =
        connection->Integer("SELECT rootpage FROM sqlite_schema WHERE name = 'steps_of_delivery'");
    connection.reset();
    Open();
    std::fstream file(options_.path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp((root.value() - 1) * 4096);
    file << std::string(4096, '\xff');
  }

  Result<void> RecordStep() {
    Progress progress = To(State::kReceived);
    progress.steps = {{"files", clock_.Now(), std::chrono::microseconds(0), "ok", ""}};
    return Await(inbox_->Record(id_, progress));
  }

  const fs::path sound_ = dir_.path() / "sound.db";
  std::int64_t id_ = 0;
};

TEST_F(DamagedPageTest, IsAnOutageThroughout) {
  EXPECT_EQ(RecordStep().error().code, ErrorCode::kUnavailable);
  for (int second = 0; second < 30; ++second) {
    ExpectOutOfOrder("malformed");
    clock_.Advance(std::chrono::seconds(1));
  }
  std::this_thread::sleep_for(std::chrono::milliseconds(1500));  // a probe
  EXPECT_FALSE(inbox_->Healthy());
  EXPECT_EQ(LogLines("out of order"), 1);
  EXPECT_EQ(LogLines("the inbox takes writes again"), 0);
}

TEST_F(DamagedPageTest, EndsWhenTheFileIsMended) {
  EXPECT_EQ(RecordStep().error().code, ErrorCode::kUnavailable);
  ExpectOutOfOrder("malformed");
  fs::rename(sound_, options_.path);
  clock_.Advance(std::chrono::seconds(5));
  EXPECT_TRUE(BecomesHealthy());
  EXPECT_TRUE(RecordStep());
  EXPECT_EQ(LogLines("out of order"), 1);
  EXPECT_EQ(LogLines("the inbox takes writes again"), 1);
}

}  // namespace
}  // namespace prow_coverage::inbox
