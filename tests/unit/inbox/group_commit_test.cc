#include <atomic>
#include <optional>
#include <thread>

#include <gmock/gmock.h>

#include "group_committer.h"
#include "inbox_test_base.h"
#include "support/fault_vfs.h"

namespace prow_coverage::inbox {
namespace {

namespace asio = boost::asio;
using ::testing::ElementsAre;

class GroupCommitTest : public InboxTestBase {
 protected:
  GroupCommitTest() { options_.vfs = vfs_.name(); }
  ~GroupCommitTest() override { inbox_.reset(); }

  // Starts a Store whose result is put into `results` at its end.
  void Spawn(const std::string& guid) {
    asio::co_spawn(
        context_,
        [this, guid]() -> Task<void> {
          NewDelivery delivery = MakeDelivery(guid);
          auto stored = co_await inbox_->Store(std::move(delivery));
          results_.push_back(std::move(stored));
        },
        asio::detached);
    context_.restart();
    context_.poll();
  }

  testing::FaultVfs vfs_;
  std::vector<Result<Stored>> results_;
};

TEST_F(GroupCommitTest, AThousandConcurrentStoresShareAFewSyncs) {
  Open();
  vfs_.HoldSyncs();
  Spawn("first");
  vfs_.AwaitHeldSync();
  for (int i = 0; i < 1000; ++i) Spawn("guid-" + std::to_string(i));
  const int before = vfs_.log_syncs();
  vfs_.ReleaseSyncs();
  context_.run();

  ASSERT_EQ(results_.size(), 1001u);
  for (const auto& stored : results_) EXPECT_TRUE(stored);
  // The first commit, then two groups of at most 512; and a restart of the log syncs its header.
  EXPECT_LE(vfs_.log_syncs() - before, 6);
}

TEST_F(GroupCommitTest, NoStoreEndsBeforeItsSync) {
  Open();
  vfs_.HoldSyncs();
  Spawn("guid-1");
  vfs_.AwaitHeldSync();
  context_.poll();
  EXPECT_TRUE(results_.empty());
  vfs_.ReleaseSyncs();
  context_.run();
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_TRUE(results_[0]);
}

TEST_F(GroupCommitTest, OneThatFailsTakesNobodyWithIt) {
  Open();
  StoreNew("known");
  vfs_.HoldSyncs();
  Spawn("first");
  vfs_.AwaitHeldSync();
  Spawn("before");
  asio::co_spawn(
      context_,
      [this]() -> Task<void> {
        NewDelivery forged = MakeDelivery("known");
        forged.body = "forged";
        auto stored = co_await inbox_->Store(std::move(forged));
        EXPECT_EQ(stored.error().code, ErrorCode::kConflict);
      },
      asio::detached);
  context_.poll();
  Spawn("after");
  vfs_.ReleaseSyncs();
  context_.run();
  ASSERT_EQ(results_.size(), 3u);
  for (const auto& stored : results_) EXPECT_TRUE(stored);
}

// Stores a delivery and answers `outcome` all the same.
class StoreThen final : public Operation {
 public:
  StoreThen(std::string guid, std::optional<Error> outcome)
      : Operation(Kind::kWrite, 1), guid_(std::move(guid)), outcome_(std::move(outcome)) {}

  std::optional<Error> Run(Tables& tables) override {
    EXPECT_TRUE(tables.Store(MakeDelivery(guid_), WallTime{}));
    return outcome_;
  }
  void Finish(const Error*) override {}

 private:
  const std::string guid_;
  const std::optional<Error> outcome_;
};

TEST_F(GroupCommitTest, OneThatFailsHalfWayIsUndoneAlone) {
  {
    GroupCommitter committer(options_, clock_, logger_, *metrics_);
    ASSERT_TRUE(committer.Open());
    Group group;
    group.push_back(std::make_unique<StoreThen>("before", std::nullopt));
    group.push_back(std::make_unique<StoreThen>("half", Error{ErrorCode::kInternal, "", {}}));
    group.push_back(std::make_unique<StoreThen>("after", std::nullopt));
    committer.Run(std::move(group));
    clock_.Advance(std::chrono::seconds(5));
    committer.Tick();
    EXPECT_TRUE(Exposes("prow_coverage_inbox_deliveries{state=\"received\"} 2"));
  }
  const auto reader = OpenReader(options_.path).value();
  EXPECT_TRUE(reader->Find("before"));
  EXPECT_FALSE(reader->Find("half"));
  EXPECT_TRUE(reader->Find("after"));
}

TEST_F(GroupCommitTest, RefusesMoreCallsThanMayWait) {
  options_.max_pending_writes = 2;
  Open();
  vfs_.HoldSyncs();
  Spawn("under way");
  vfs_.AwaitHeldSync();
  for (const char* guid : {"1", "2", "3"}) Spawn(guid);
  context_.poll();
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].error().code, ErrorCode::kUnavailable);
  vfs_.ReleaseSyncs();
  context_.run();
  EXPECT_EQ(results_.size(), 4u);
}

TEST_F(GroupCommitTest, RefusesMoreBytesThanMayWait) {
  options_.max_pending_bytes = 1;
  Open();
  vfs_.HoldSyncs();
  Spawn("under way");
  vfs_.AwaitHeldSync();
  Spawn("one may always wait");
  Spawn("too much");
  context_.poll();
  ASSERT_EQ(results_.size(), 1u);
  EXPECT_EQ(results_[0].error().code, ErrorCode::kUnavailable);
  vfs_.ReleaseSyncs();
  context_.run();
}

TEST_F(GroupCommitTest, DestroyingTheInboxCommitsWhatWasHandedIn) {
  Open();
  vfs_.HoldSyncs();
  Spawn("first");
  vfs_.AwaitHeldSync();
  Spawn("second");
  std::thread release([&] { vfs_.ReleaseSyncs(); });
  inbox_.reset();
  release.join();
  context_.run();
  ASSERT_EQ(results_.size(), 2u);
  for (const auto& stored : results_) EXPECT_TRUE(stored);
}

TEST_F(GroupCommitTest, TheCallersIoContextMayGoWhileItWaits) {
  Open();
  vfs_.HoldSyncs();
  {
    asio::io_context short_lived;
    asio::co_spawn(
        short_lived,
        [this]() -> Task<void> {
          NewDelivery delivery = MakeDelivery("orphan");
          auto stored = co_await inbox_->Store(std::move(delivery));
          ADD_FAILURE() << "resumed without an io_context";
        },
        asio::detached);
    short_lived.poll();
    vfs_.AwaitHeldSync();
  }
  vfs_.ReleaseSyncs();
  EXPECT_EQ(Store(MakeDelivery("orphan"))->kind, Stored::Kind::kDuplicate);
}

TEST_F(GroupCommitTest, CallsFromSeveralThreadsAreAllStored) {
  options_.vfs.clear();
  Open();
  constexpr int kCallers = 32;
  constexpr int kStores = 20;
  std::atomic<int> stored{0};
  asio::io_context contexts[2];
  for (int caller = 0; caller < kCallers; ++caller) {
    asio::co_spawn(
        contexts[caller % 2],
        [this, caller, &stored]() -> Task<void> {
          for (int i = 0; i < kStores; ++i) {
            NewDelivery delivery = MakeDelivery(std::to_string(caller) + "-" + std::to_string(i));
            auto result = co_await inbox_->Store(std::move(delivery));
            if (result && result->kind == Stored::Kind::kNew) ++stored;
          }
        },
        asio::detached);
  }
  std::thread other([&] { contexts[1].run(); });
  contexts[0].run();
  other.join();
  EXPECT_EQ(stored, kCallers * kStores);
  EXPECT_EQ(DueIds().size(), static_cast<std::size_t>(kCallers * kStores));
}

TEST_F(GroupCommitTest, ResumesOnTheCallersOwnThread) {
  Open();
  const auto here = std::this_thread::get_id();
  const auto resumed_on = Await([](Inbox& inbox) -> Task<std::thread::id> {
    auto got = co_await inbox.Get(1);
    co_return std::this_thread::get_id();
  }(*inbox_));
  EXPECT_EQ(resumed_on, here);
}

}  // namespace
}  // namespace prow_coverage::inbox
