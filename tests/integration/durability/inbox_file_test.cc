// What lies where the inbox should be.

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>
#include <sys/stat.h>

#include "ledger.h"
#include "support/pull_requests.h"
#include "support/raw_http_client.h"
#include "support/shim.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

constexpr int kNobody = 65534;

class InboxFile : public ::testing::Test {
 protected:
  std::string Path(const std::string& name) const { return (world_.dir().path() / name).string(); }

  static void Execute(const std::string& path, const char* sql) {
    sqlite3* database = nullptr;
    EXPECT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
    EXPECT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK) << sql;
    sqlite3_close(database);
  }

  // An inbox with a few deliveries in it, as a daemon that ended left it.
  std::string MakeInbox(const std::string& name) {
    const std::string path = Path(name);
    const auto daemon = world_.StartDaemon({"--inbox=" + path});
    PutPulls(world_, 1, 5);
    RawHttpClient client(WebhookPort(*daemon));
    for (int i = 1; i <= 5; ++i) {
      client.Exchange(SignedRequest(OpenedPayload(i), name + std::to_string(i)));
    }
    daemon->Signal(SIGTERM);
    EXPECT_EQ(daemon->Wait(), 0) << daemon->Err();
    return path;
  }

  std::string Refusal(const std::string& path) {
    const auto daemon = world_.LaunchDaemon({"--inbox=" + path}, shim_.Environment());
    EXPECT_EQ(daemon->Wait(), 1);
    return daemon->Err();
  }

  World world_;
  Shim shim_;
};

TEST_F(InboxFile, IsRefusedWithWhatToDo) {
  const std::string truncated = MakeInbox("truncated.db");
  fs::resize_file(truncated, fs::file_size(truncated) / 2);
  const std::string future = MakeInbox("future.db");
  Execute(future, "PRAGMA user_version = 1000");
  Execute(Path("bookmarks.db"), "CREATE TABLE bookmarks (url TEXT)");
  world_.dir().Write("text", std::string(5000, 'x'));
  fs::create_directory(Path("directory"));
  const struct {
    const char* name;
    std::string path;
    const char* words;
  } rows[] = {
      {"truncated", truncated, ".recover"},
      {"from the future", future, "written by a newer prow-coverage (schema 1000"},
      {"another program's", Path("bookmarks.db"), "database of another program"},
      {"no database", Path("text"), "file is not a database"},
      {"a directory", Path("directory"), "it is a directory; name a file in it"},
      {"below a file", Path("text") + "/inbox.db", "no directory"},
      {"in no directory", Path("absent/inbox.db"), "create it"},
      {"a device", "/dev/null", "no regular file"},
      {"where nothing can be created", "/proc/inbox.db", "/proc/inbox.db"},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    std::error_code none;
    const auto size = fs::is_regular_file(row.path, none) ? fs::file_size(row.path) : 0;
    EXPECT_THAT(Refusal(row.path), AllOf(HasSubstr("cannot start: --inbox"), HasSubstr(row.words)));
    if (size != 0) {
      EXPECT_EQ(fs::file_size(row.path), size) << "it was touched";
    }
  }
}

// Root may do everything; the shim takes that away from the file system's point of view.
TEST_F(InboxFile, IsRefusedWithoutPermission) {
  const std::string path = MakeInbox("kept.db");
  for (const auto& file : fs::directory_iterator(world_.dir().path())) {
    ::chmod(file.path().c_str(), 0444);
  }
  shim_.control().file_user = kNobody;
  ::chmod(world_.dir().path().c_str(), 0555);
  EXPECT_THAT(Refusal(path), HasSubstr("no permission to write it"));
  EXPECT_THAT(Refusal(Path("new.db")), HasSubstr("no permission to create files in"));
  ::chmod(world_.dir().path().c_str(), 0755);
}

TEST_F(InboxFile, OfNoLengthIsANewInbox) {
  world_.dir().Write("empty.db", "");
  PutPulls(world_, 1, 1);
  const auto daemon = world_.StartDaemon({"--inbox=" + Path("empty.db")});
  RawHttpClient client(WebhookPort(*daemon));
  EXPECT_THAT(client.Exchange(SignedRequest(OpenedPayload(1), "guid-1")),
              StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(Eventually([&] { return world_.Statuses().size() == 1; }));
}

// To exit would be a CrashLoopBackOff that outlasts the cause.
TEST_F(InboxFile, ThatCannotBeOpenedForTheMomentIsAnOutage) {
  const std::string path = MakeInbox("kept.db");
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &other), SQLITE_OK);
  const struct {
    const char* name;
    std::string path;
    std::atomic<int> ShimControl::*fault;
    int value;
    const char* lock;
    const char* cause;
  } rows[] = {
      {"full disk", path, &ShimControl::write_error, ENOSPC, "", "make room on the file system"},
      {"full disk, no inbox yet", Path("new.db"), &ShimControl::write_error, ENOSPC, "",
       "make room on the file system"},
      {"broken disk", path, &ShimControl::write_error, EIO, "", "check the disk"},
      {"read-only", path, &ShimControl::read_only, 1, "", "its file system is mounted read-only"},
      {"locked", path, &ShimControl::write_error, 0, "BEGIN EXCLUSIVE",
       "another process holds its lock"},
  };
  int number = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    shim_.control().*row.fault = row.value;
    EXPECT_EQ(sqlite3_exec(other, row.lock, nullptr, nullptr, nullptr), SQLITE_OK);
    const auto daemon = world_.StartDaemon({"--inbox=" + row.path}, shim_.Environment());
    EXPECT_THAT(daemon->Err(), AllOf(HasSubstr("the inbox is out of order"), HasSubstr(row.cause)));
    EXPECT_EQ(Get(HealthPort(*daemon), "/healthz/ready").first, 503);
    EXPECT_EQ(Get(HealthPort(*daemon), "/healthz").first, 200);
    RawHttpClient client(WebhookPort(*daemon));
    const std::string request = SignedRequest(OpenedPayload(1), "out-" + std::to_string(++number));
    EXPECT_THAT(client.Exchange(request), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr(row.cause)));
    shim_.control().*row.fault = 0;
    if (row.lock[0] != 0) sqlite3_exec(other, "ROLLBACK", nullptr, nullptr, nullptr);
    EXPECT_TRUE(Eventually([&] { return Get(HealthPort(*daemon), "/healthz/ready").first == 200; }))
        << daemon->Err();
    EXPECT_THAT(client.Exchange(request), StartsWith("HTTP/1.1 200"));
  }
  sqlite3_close(other);
  EXPECT_THAT(AskDeliveries(path, {"list"}).second, HasSubstr("kept.db1"));
}

TEST_F(InboxFile, ThatVanishesIsAnOutageAndComesBackWithItsDeliveries) {
  const std::string path = MakeInbox("moved.db");
  const auto daemon = world_.StartDaemon({"--inbox=" + path});
  fs::rename(path, path + ".away");
  RawHttpClient client(WebhookPort(*daemon));
  EXPECT_THAT(client.Exchange(SignedRequest(OpenedPayload(1), "other")),
              AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("no such file")));
  fs::rename(path + ".away", path);
  EXPECT_TRUE(Eventually([&] { return Get(HealthPort(*daemon), "/healthz/ready").first == 200; }));
  EXPECT_THAT(client.Exchange(SignedRequest(OpenedPayload(1), "moved.db1")),
              StartsWith("HTTP/1.1 200"));
  daemon->AwaitErr("duplicate_delivery");
}

// New deliveries go in and the probe succeeds, but the end of no work can be recorded.
TEST_F(InboxFile, WithADamagedPageIsAnOutageAndRepeatsNoEffects) {
  const std::string path = MakeInbox("damaged.db");
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  int root = 0;
  const auto read = [](void* out, int, char** values, char**) {
    *static_cast<int*>(out) = std::atoi(values[0]);
    return 0;
  };
  sqlite3_exec(database, "SELECT rootpage FROM sqlite_schema WHERE name = 'steps_of_delivery'",
               read, &root, nullptr);
  sqlite3_close(database);
  {
    std::fstream file(path, std::ios::in | std::ios::out | std::ios::binary);
    file.seekp((root - 1) * 4096);
    file << std::string(4096, '\xff');
  }
  const auto before = world_.Statuses().size();
  const auto daemon = world_.StartDaemon({"--inbox=" + path, "--report=false"});
  RawHttpClient client(WebhookPort(*daemon));
  EXPECT_THAT(client.Exchange(SignedRequest(OpenedPayload(1), "guid-1")),
              StartsWith("HTTP/1.1 200"));
  daemon->AwaitErr("the inbox is out of order");
  ::usleep(4'000'000);
  EXPECT_EQ(world_.Statuses().size(), before + 1);
  EXPECT_THAT(client.Exchange(SignedRequest(OpenedPayload(2), "guid-2")),
              StartsWith("HTTP/1.1 503"));
  EXPECT_EQ(Get(HealthPort(*daemon), "/healthz/ready").first, 503);
  EXPECT_THAT(daemon->Err(), Not(HasSubstr("the inbox takes writes again")));
}

TEST_F(InboxFile, BelongsToOneDaemon) {
  const std::string path = Path("owned.db");
  PutPulls(world_, 1, 2);
  auto owner = world_.StartDaemon({"--inbox=" + path});
  EXPECT_THAT(Refusal(path), AllOf(HasSubstr("cannot start: --inbox"),
                                   HasSubstr("another prow-coverage daemon has it")));
  RawHttpClient client(WebhookPort(*owner));
  EXPECT_THAT(client.Exchange(SignedRequest(OpenedPayload(1), "guid-1")),
              StartsWith("HTTP/1.1 200"));
  EXPECT_EQ(AskDeliveries(path, {"list"}).first, 0) << "the verbs work beside it";
  // Its successor is there before it has ended.
  const auto heir = world_.LaunchDaemon({"--inbox=" + path});
  owner->Signal(SIGTERM);
  EXPECT_EQ(owner->Wait(), 0) << owner->Err();
  heir->AwaitErr("\"msg\":\"serving\"");
}

TEST_F(InboxFile, WhoseLogIsRemovedLosesNothingAcknowledged) {
  const std::string path = Path("logless.db");
  PutPulls(world_, 1, 3);
  // GitHub answers nobody, so that everything stays in work.
  world_.GitHub("POST", "/_sandbox/faults", {{"target", "github"}, {"kind", "hang"}});
  auto daemon = world_.StartDaemon({"--inbox=" + path});
  RawHttpClient client(WebhookPort(*daemon));
  for (int number = 1; number <= 3; ++number) {
    EXPECT_THAT(
        client.Exchange(SignedRequest(OpenedPayload(number), "guid-" + std::to_string(number))),
        StartsWith("HTTP/1.1 200"));
    if (number == 1) fs::remove(path + "-wal");
    if (number == 2) AskDeliveries(path, {"list"});  // closes the file beside the daemon
    if (number == 2) fs::remove(path + "-shm");
  }
  daemon->AwaitErr("a file of the inbox was removed or replaced");
  daemon->Signal(SIGKILL);
  daemon->Wait();
  daemon = world_.StartDaemon({"--inbox=" + path});
  const std::string listed = AskDeliveries(path, {"list"}).second;
  for (const char* guid : {"guid-1", "guid-2", "guid-3"}) EXPECT_THAT(listed, HasSubstr(guid));
}

}  // namespace
}  // namespace prow_coverage::testing
