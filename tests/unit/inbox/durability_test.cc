#include <chrono>
#include <cstring>
#include <fstream>
#include <random>
#include <set>
#include <thread>

#include <gmock/gmock.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "inbox_test_base.h"
#include "support/fault_vfs.h"

namespace prow_coverage::inbox {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

// An inbox on a disk that loses its power, and what has been acknowledged so far.
class PowerCutTest : public InboxTestBase {
 protected:
  PowerCutTest() { options_.vfs = vfs_.name(); }
  ~PowerCutTest() override { inbox_.reset(); }

  // Stores `count` deliveries at once and records the end of some.
  void Work(int count) {
    for (int i = 0; i < count; ++i) {
      asio::co_spawn(
          context_, [this, guid = std::to_string(++stored_)] { return StoreOne(guid); },
          asio::detached);
    }
  }

  Task<void> StoreOne(std::string guid) {
    NewDelivery delivery = MakeDelivery(guid);
    delivery.body.resize(random_() % 30000, 'x');
    auto stored = co_await inbox_->Store(std::move(delivery));
    if (!stored) co_return;
    acknowledged_[guid] = State::kReceived;
    if (random_() % 3 == 0) co_return;
    Progress done = To(State::kDone);
    auto recorded = co_await inbox_->Record(stored->id, std::move(done));
    if (recorded) acknowledged_[guid] = State::kDone;
  }

  // What was acknowledged before the power failed is in the files that are left.
  void ExpectNothingLostInACut() {
    const auto acknowledged = acknowledged_;
    const testing::TempDir after;
    vfs_.CutPower(after.path(), random_);
    Options options;
    options.path = after.path() / "inbox.db";
    {
      const auto opened = inbox::Open(options, clock_, logger_, *metrics_);
      ASSERT_TRUE(opened) << opened.error().message;
    }
    auto reader = OpenReader(options.path);
    ASSERT_TRUE(reader) << reader.error().message;
    for (const auto& [guid, state] : acknowledged) {
      const auto found = (*reader)->Find(guid);
      ASSERT_TRUE(found) << guid << ": " << found.error().message;
      if (state == State::kDone) {
        EXPECT_EQ(found->state, State::kDone) << guid;
      }
    }
  }

  testing::FaultVfs vfs_;
  std::mt19937 random_{20260819};
  int stored_ = 0;
  std::map<std::string, State> acknowledged_;
};

TEST_F(PowerCutTest, NothingAcknowledgedIsLost) {
  Open();
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    Work(1 + static_cast<int>(random_() % 40));
    // A few completions: most often a commit is under way when the power goes.
    context_.restart();
    for (auto steps = random_() % 60; steps > 0 && context_.run_one() > 0; --steps) {
    }
    ExpectNothingLostInACut();
    if (HasFatalFailure()) return;
  }
  context_.run();
  ExpectNothingLostInACut();
  EXPECT_GT(acknowledged_.size(), 300u);
}

TEST_F(PowerCutTest, NothingAcknowledgedIsLostWhenSyncsFailNowAndThen) {
  Open();
  for (int round = 0; round < 60; ++round) {
    SCOPED_TRACE(round);
    vfs_.FailSyncs(random_() % 3 == 0 ? SQLITE_IOERR_FSYNC : SQLITE_OK);
    Work(1 + static_cast<int>(random_() % 20));
    context_.restart();
    context_.run();
    ExpectNothingLostInACut();
    if (HasFatalFailure()) return;
  }
  EXPECT_GT(acknowledged_.size(), 100u);
}

TEST_F(PowerCutTest, ADiskThatForgetsWhatWasSyncedIsFoundOut) {
  Open();
  StoreNew("guid-1");
  acknowledged_["never stored"] = State::kReceived;
  const testing::TempDir after;
  vfs_.CutPower(after.path(), random_);
  inbox_.reset();
  options_.vfs.clear();
  options_.path = after.path() / "inbox.db";
  Open();
  auto reader = OpenReader(options_.path).value();
  EXPECT_TRUE(reader->Find("guid-1"));
  EXPECT_FALSE(reader->Find("never stored"));
}

class VanishingLogTest : public InboxTestBase, public ::testing::WithParamInterface<const char*> {
 protected:
  VanishingLogTest() {
    Open();
    StoreNew("before");
  }

  // The files as SIGKILL would leave them.
  std::unique_ptr<Reader> AfterAKill() {
    inbox_after_.reset();
    for (const auto& entry : fs::directory_iterator(dir_.path())) {
      const auto name = entry.path().filename();
      if (name.extension() != ".db-shm") {
        fs::copy_file(entry.path(), after_.path() / name, fs::copy_options::overwrite_existing);
      }
    }
    Options options;
    options.path = after_.path() / "inbox.db";
    inbox_after_ = inbox::Open(options, clock_, logger_, *metrics_).value();
    return OpenReader(options.path).value();
  }

  const testing::TempDir after_;
  std::unique_ptr<Inbox> inbox_after_;
};

TEST_P(VanishingLogTest, LosesNothingAcknowledged) {
  ASSERT_TRUE(fs::remove(options_.path.string() + GetParam()));
  StoreNew("after");
  EXPECT_TRUE(logger_.Has("a file of the inbox was removed or replaced"));
  StoreNew("later");
  const auto reader = AfterAKill();
  for (const char* guid : {"before", "after", "later"}) EXPECT_TRUE(reader->Find(guid)) << guid;
}

TEST_P(VanishingLogTest, IsNoticedWhenNothingIsStored) {
  ASSERT_TRUE(fs::remove(options_.path.string() + GetParam()));
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  while (!logger_.Has("a file of the inbox was removed or replaced") &&
         std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  DueIds();  // the writer has come to the end of what it said
  EXPECT_TRUE(AfterAKill()->Find("before"));
}

TEST_P(VanishingLogTest, IsNoticedWhenAnotherFileIsInItsPlace) {
  const fs::path file = options_.path.string() + GetParam();
  fs::rename(file, file.string() + ".away");
  std::ofstream(file) << std::string(100000, 'x');
  StoreNew("after");
  const auto reader = AfterAKill();
  for (const char* guid : {"before", "after"}) EXPECT_TRUE(reader->Find(guid)) << guid;
}

INSTANTIATE_TEST_SUITE_P(File, VanishingLogTest, ::testing::Values("-wal", "-shm"),
                         [](const auto& row) { return std::string(row.param).substr(1); });

// Stores until it is killed; tells each acknowledged number through `fd`.
[[noreturn]] void StoreForEver(const fs::path& path, int start, int fd) {
  testing::FakeClock clock;
  testing::RecordingLogger logger;
  const auto metrics = metrics::MakePrometheusMetrics();
  Options options;
  options.path = path;
  const auto inbox = Open(options, clock, logger, *metrics).value();
  asio::io_context context;
  for (int caller = 0; caller < 8; ++caller) {
    asio::co_spawn(
        context,
        [&, number = start + caller]() mutable -> Task<void> {
          for (;; number += 8) {
            NewDelivery delivery = MakeDelivery(std::to_string(number));
            auto stored = co_await inbox->Store(std::move(delivery));
            if (stored) static_cast<void>(!::write(fd, &number, sizeof number));
          }
        },
        asio::detached);
  }
  context.run();
  ::_exit(1);
}

TEST_F(InboxTestBase, NothingAcknowledgedIsLostBySigkill) {
  std::set<int> acknowledged;
  for (int round = 0; round < 5; ++round) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    const pid_t child = ::fork();
    if (child == 0) StoreForEver(options_.path, round * 1000000, ends[1]);
    ::close(ends[1]);
    int number = 0;
    for (int i = 0; i < 50 && ::read(ends[0], &number, sizeof number) == sizeof number; ++i) {
      acknowledged.insert(number);
    }
    ::kill(child, SIGKILL);
    while (::read(ends[0], &number, sizeof number) == sizeof number) acknowledged.insert(number);
    ::close(ends[0]);
    ::waitpid(child, nullptr, 0);
  }
  Open();
  auto reader = OpenReader(options_.path).value();
  EXPECT_GE(acknowledged.size(), 250u);
  for (const int number : acknowledged) {
    EXPECT_TRUE(reader->Find(std::to_string(number))) << number;
  }
}

}  // namespace
}  // namespace prow_coverage::inbox
