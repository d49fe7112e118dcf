#include "prow_coverage/handler/dispatcher.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/fake_clock.h"
#include "support/fake_inbox.h"
#include "support/recording_logger.h"
#include "support/run_task.h"

namespace prow_coverage::handler {
namespace {

using namespace std::chrono_literals;
using prow_coverage::testing::FakeClock;
using prow_coverage::testing::FakeInbox;
using prow_coverage::testing::RecordingLogger;
using prow_coverage::testing::RunTask;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

inbox::NewDelivery Delivery(const std::string& guid) {
  inbox::NewDelivery delivery;
  delivery.guid = guid;
  delivery.org = "kubevirt";
  delivery.repo = "project-infra";
  delivery.number = 7;
  return delivery;
}

class DispatcherTest : public ::testing::Test {
 protected:
  explicit DispatcherTest(std::size_t queue_size = 16)
      : pool_({.workers = 1, .queue_size = queue_size}, logger_) {
    dispatcher_ = MakeDispatcher(
        inbox_, pool_, clock_, logger_,
        [this](std::size_t, inbox::Delivery delivery) { return WorkOn(std::move(delivery)); });
  }

  Task<Result<void>> WorkOn(inbox::Delivery delivery) {
    const std::lock_guard lock(mutex_);
    worked_.push_back(delivery.guid);
    if (throws_) throw std::runtime_error("a defect");
    co_return outcome_;
  }

  Result<inbox::Stored> Accept(const std::string& guid) {
    return RunTask(io_, dispatcher_->Accept(Delivery(guid)));
  }

  // One look at the inbox: the coroutine is dropped while it sleeps.
  void LookOnce() {
    boost::asio::io_context io;
    boost::asio::co_spawn(io, dispatcher_->TakeUpDue(), boost::asio::detached);
    const auto before = clock_.sleeps().size();
    while (clock_.sleeps().size() == before) io.run_one();
  }

  std::vector<std::string> Worked() {
    pool_.Start();
    AwaitIdle();
    pool_.Stop();
    return worked_;
  }

  void AwaitIdle() {
    const auto deadline = std::chrono::steady_clock::now() + 20s;
    while (!pool_.Idle() && std::chrono::steady_clock::now() < deadline) std::this_thread::yield();
  }

  // Looks once a second for `time`; how often the work was done.
  std::size_t WorkedWithin(std::chrono::seconds time) {
    pool_.Start();
    for (auto passed = 0s; passed <= time; passed += 1s) {
      LookOnce();
      AwaitIdle();
    }
    pool_.Stop();
    return worked_.size();
  }

  boost::asio::io_context io_;
  FakeClock clock_;
  FakeInbox inbox_{clock_};
  RecordingLogger logger_;
  std::mutex mutex_;
  std::vector<std::string> worked_;
  Result<void> outcome_;
  bool throws_ = false;
  std::unique_ptr<Dispatcher> dispatcher_;
  queue::WorkerPool pool_;
};

class FullDispatcherTest : public DispatcherTest {
 protected:
  FullDispatcherTest() : DispatcherTest(1) {}
};

class RoomyDispatcherTest : public DispatcherTest {
 protected:
  RoomyDispatcherTest() : DispatcherTest(4096) {}
};

TEST_F(DispatcherTest, HandsOverWhatItHasStored) {
  EXPECT_EQ(Accept("a").value().kind, inbox::Stored::Kind::kNew);
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

TEST_F(DispatcherTest, DoesNotHandOverADuplicate) {
  ASSERT_TRUE(Accept("a"));
  EXPECT_EQ(Accept("a").value().kind, inbox::Stored::Kind::kDuplicate);
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

TEST_F(DispatcherTest, HandsOverADuplicateWhoseWorkHadFailed) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  inbox_.deliveries[1].state = inbox::State::kDead;
  EXPECT_EQ(Accept("a").value().kind, inbox::Stored::Kind::kRevived);
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

TEST_F(DispatcherTest, GivesUpARowThatCannotBeReadAndGoesOn) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("b"))));
  inbox_.script.FailNext("get", {ErrorCode::kInternal, "no such state", {}});
  LookOnce();
  EXPECT_THAT(Worked(), ElementsAre("b"));
  EXPECT_EQ(inbox_.deliveries[1].state, inbox::State::kDead);
  EXPECT_EQ(inbox_.deliveries[1].reason, "malformed_event");
  EXPECT_EQ(inbox_.deliveries[1].detail, "no such state");
  EXPECT_TRUE(logger_.Has("cannot be read from the inbox"));
}

TEST_F(DispatcherTest, HandsOverNothingThatIsNotStored) {
  inbox_.script.FailNext("store", {ErrorCode::kUnavailable, "disk full", {}});
  EXPECT_EQ(Accept("a").error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(Worked(), IsEmpty());
}

TEST_F(FullDispatcherTest, StoresNothingThatItCannotHandOver) {
  ASSERT_TRUE(Accept("a"));
  const auto second = Accept("b");
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kUnavailable);
  EXPECT_TRUE(second.error().retry_after.has_value());
  EXPECT_EQ(inbox_.deliveries.size(), 1u);
}

TEST_F(DispatcherTest, TakesUpWhatARestartLeft) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("b"))));
  LookOnce();
  EXPECT_THAT(Worked(), ElementsAre("a", "b"));
}

TEST_F(RoomyDispatcherTest, TakesUpALongBacklogInPortionsSoonAfterEachOther) {
  for (int i = 0; i < 1100; ++i) {
    ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery(std::to_string(i)))));
  }
  LookOnce();
  EXPECT_EQ(pool_.queued(), 1024u);
  EXPECT_EQ(clock_.sleeps().back(), 100ms);
}

TEST_F(DispatcherTest, LeavesWhatIsNotDueYet) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  inbox_.deliveries[1].next_attempt_at = clock_.Now() + 1h;
  LookOnce();
  EXPECT_TRUE(pool_.Idle());
  clock_.Advance(1h);
  LookOnce();
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

TEST_F(DispatcherTest, TakesUpWhatWaitsWhenTheClockWasSetBack) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  inbox_.deliveries[1].next_attempt_at = clock_.Now() + 24h;
  LookOnce();
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

TEST_F(DispatcherTest, NeverHasADeliveryInTwoHands) {
  ASSERT_TRUE(Accept("a"));
  LookOnce();
  LookOnce();
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

// What the disk did not take knows of no attempt, so each look finds it due.
TEST_F(DispatcherTest, WaitsEverLongerWithWorkWhoseEndIsNotRecorded) {
  outcome_ = Error{ErrorCode::kUnavailable, "disk full", {}};
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  const auto times = WorkedWithin(4h);
  EXPECT_GT(times, 4u);  // once an hour at least
  EXPECT_LT(times, 60u);
}

TEST_F(DispatcherTest, WaitsEverLongerWithWorkThatThrows) {
  throws_ = true;
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  EXPECT_LT(WorkedWithin(1h), 60u);
  EXPECT_TRUE(logger_.Has("work ended with an exception"));
}

TEST_F(DispatcherTest, WaitsEverLongerWithARowThatCannotBeReadNorGivenUp) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  for (int i = 0; i < 3700; ++i) {
    inbox_.script.FailNext("get", {ErrorCode::kInternal, "no such state", {}});
    inbox_.script.FailNext("record", {ErrorCode::kInternal, "no such state", {}});
  }
  WorkedWithin(1h);
  EXPECT_LT(std::count(inbox_.script.calls.begin(), inbox_.script.calls.end(), "record"), 60);
}

TEST_F(DispatcherTest, ADeliveryThatWasRevivedDoesNotWait) {
  outcome_ = Error{ErrorCode::kUnavailable, "disk full", {}};
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  pool_.Start();
  LookOnce();
  AwaitIdle();
  inbox_.deliveries[1].state = inbox::State::kDead;
  ASSERT_TRUE(Accept("a"));
  AwaitIdle();
  EXPECT_EQ(worked_.size(), 2u);
}

TEST_F(DispatcherTest, TakesUpNothingWhileTheInboxIsOutOfOrder) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  inbox_.healthy = false;
  LookOnce();
  EXPECT_TRUE(pool_.Idle());
  inbox_.healthy = true;
  LookOnce();
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

TEST_F(DispatcherTest, SurvivesAnInboxThatIsOutOfOrder) {
  ASSERT_TRUE(RunTask(io_, inbox_.Store(Delivery("a"))));
  inbox_.script.FailNext("due", {ErrorCode::kUnavailable, "locked", {}});
  LookOnce();
  EXPECT_TRUE(pool_.Idle());
  LookOnce();
  EXPECT_THAT(Worked(), ElementsAre("a"));
}

}  // namespace
}  // namespace prow_coverage::handler
