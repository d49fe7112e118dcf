#include "prow_coverage/kube/leader_election.h"

#include <stdexcept>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lease.h"
#include "support/fake_clock.h"
#include "support/fake_kube.h"
#include "support/recording_logger.h"

namespace prow_coverage::kube {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Lead {
  bool leading;
  bool alone;
  bool operator==(const Lead&) const = default;
};

// Advances the time of many for whoever sleeps; the test says for how many steps an election runs.
class SteppedClock final : public Clock {
 public:
  explicit SteppedClock(testing::FakeClock& time) : time_(time) {}
  WallTime Now() const override { return time_.Now(); }
  MonotonicTime Monotonic() const override { return time_.Monotonic(); }
  Task<void> SleepFor(std::chrono::nanoseconds duration) override {
    if (--steps <= 0) throw std::runtime_error("enough");
    co_await time_.SleepFor(duration);
  }
  int steps = 0;

 private:
  testing::FakeClock& time_;
};

class LeaderElectionTest : public ::testing::Test {
 protected:
  struct Replica {
    Replica(LeaderElectionTest& test, const std::string& identity) : clock(test.time_) {
      ElectionOptions options;
      options.ns = "jobs";
      options.name = "prow-coverage";
      options.identity = identity;
      election = MakeLeaderElection(
          test.kube_, options,
          [this, &test](bool leading, bool alone) {
            changes.push_back({leading, alone});
            calls_before_change = test.kube_.script.calls.size();
          },
          clock, test.logger_);
    }

    void Run(int steps) {
      clock.steps = steps;
      boost::asio::io_context io;
      boost::asio::co_spawn(io, election->Run(), [](std::exception_ptr) {});
      io.run();
    }

    void Release() {
      boost::asio::io_context io;
      boost::asio::co_spawn(io, election->Release(), [](std::exception_ptr) {});
      io.run();
    }

    SteppedClock clock;
    std::vector<Lead> changes;
    std::size_t calls_before_change = 0;
    std::unique_ptr<LeaderElection> election;
  };

  Lease Stored() { return ParseLease(kube_.objects["prow-coverage"].dump()).value(); }

  testing::FakeClock time_;
  testing::FakeKube kube_;
  testing::RecordingLogger logger_;
};

TEST_F(LeaderElectionTest, ALoneReplicaLeadsAtOnce) {
  Replica replica(*this, "a");
  replica.Run(1);
  EXPECT_THAT(replica.changes, ElementsAre(Lead{true, true}));
  EXPECT_EQ(Stored().holder, "a");
  EXPECT_EQ(Stored().duration_seconds, 10);
  EXPECT_EQ(Stored().renew_time, "2026-08-19T10:00:00.000000Z");
}

TEST_F(LeaderElectionTest, ARestartedReplicaLeadsAtOnce) {
  Replica(*this, "a").Run(1);
  Replica again(*this, "a");
  again.Run(1);
  EXPECT_THAT(again.changes, ElementsAre(Lead{true, true}));
}

TEST_F(LeaderElectionTest, AnotherTakesOverWithinTheDurationAndNoSooner) {
  Replica first(*this, "a");
  first.Run(1);
  Replica second(*this, "b");
  second.Run(4);  // looks at 0, 2, 4 and 6 s
  EXPECT_THAT(second.changes, IsEmpty());
  second.Run(2);
  EXPECT_THAT(second.changes, ElementsAre(Lead{true, false}));
  EXPECT_EQ(Stored().holder, "b");
  EXPECT_EQ(Stored().transitions, 1);
}

TEST_F(LeaderElectionTest, AHolderThatRenewsStays) {
  Replica first(*this, "a");
  Replica second(*this, "b");
  for (int i = 0; i < 20; ++i) {
    first.Run(1);
    second.Run(2);
  }
  EXPECT_THAT(second.changes, IsEmpty());
  EXPECT_EQ(first.changes.size(), 1u);
}

TEST_F(LeaderElectionTest, AReleasedLeaseIsTakenAtOnce) {
  Replica first(*this, "a");
  first.Run(1);
  first.Release();
  EXPECT_THAT(first.changes, ElementsAre(Lead{true, true}, Lead{false, false}));
  EXPECT_EQ(Stored().holder, "");
  Replica second(*this, "b");
  second.Run(1);
  EXPECT_THAT(second.changes, ElementsAre(Lead{true, false}));
}

TEST_F(LeaderElectionTest, StopsToLeadBeforeItGivesTheLeaseUp) {
  Replica first(*this, "a");
  first.Run(1);
  const auto calls = kube_.script.calls.size();
  first.Release();
  EXPECT_EQ(first.calls_before_change, calls);
  EXPECT_EQ(kube_.script.calls.size(), calls + 1);
  first.Run(2);  // what was left of its election
  EXPECT_EQ(Stored().holder, "");
}

TEST_F(LeaderElectionTest, ALeaderThatCannotRenewStopsBeforeOthersMayBegin) {
  Replica replica(*this, "a");
  replica.Run(1);
  for (int i = 0; i < 10; ++i) {
    kube_.script.FailNext("replace", {ErrorCode::kUnavailable, "down", {}});
  }
  replica.Run(3);
  EXPECT_EQ(replica.changes.size(), 1u);
  replica.Run(3);
  EXPECT_THAT(replica.changes, ElementsAre(Lead{true, true}, Lead{false, false}));
}

TEST_F(LeaderElectionTest, AReplicaThatStoodStillDoesNotLead) {
  Replica replica(*this, "a");
  EXPECT_FALSE(replica.election->Leads());
  replica.Run(1);
  EXPECT_TRUE(replica.election->Leads());
  time_.Advance(6999ms);
  EXPECT_TRUE(replica.election->Leads());
  time_.Advance(1ms);
  EXPECT_FALSE(replica.election->Leads()) << "before any step of its own";
  EXPECT_THAT(replica.changes, ElementsAre(Lead{true, true}));
  // Nobody took the Lease meanwhile: what it left undone has to be taken up.
  replica.Run(1);
  EXPECT_TRUE(replica.election->Leads());
  EXPECT_THAT(replica.changes, ElementsAre(Lead{true, true}, Lead{false, false}, Lead{true, true}));
}

TEST_F(LeaderElectionTest, ALeaseThatWasTakenFromUsIsNotOurs) {
  Replica replica(*this, "a");
  replica.Run(1);
  kube_.objects["prow-coverage"]["spec"]["holderIdentity"] = "b";
  kube_.objects["prow-coverage"]["metadata"]["resourceVersion"] = "7";
  replica.Run(1);
  EXPECT_THAT(replica.changes, ElementsAre(Lead{true, true}, Lead{false, false}));
}

TEST_F(LeaderElectionTest, WithoutThePermissionEveryReplicaLeads) {
  for (int i = 0; i < 3; ++i) {
    kube_.script.FailNext("get", {ErrorCode::kPermissionDenied, "needs get on leases", {}});
  }
  Replica replica(*this, "a");
  replica.Run(3);
  EXPECT_THAT(replica.changes, ElementsAre(Lead{true, false}));
  EXPECT_TRUE(replica.election->Leads());
  EXPECT_TRUE(logger_.Has("no permission to use a Lease"));
}

TEST_F(LeaderElectionTest, YieldsToAHolderOnceItMayLook) {
  Replica first(*this, "a");
  first.Run(1);
  kube_.script.FailNext("get", {ErrorCode::kPermissionDenied, "needs get on leases", {}});
  Replica second(*this, "b");
  second.Run(2);
  EXPECT_THAT(second.changes, ElementsAre(Lead{true, false}, Lead{false, false}));
}

TEST(Lease, WritesTimesAsKubernetesReadsThem) {
  EXPECT_EQ(ToMicroTime(WallTime(std::chrono::microseconds(1'700'000'000'000'042))),
            "2023-11-14T22:13:20.000042Z");
}

TEST(Lease, ReadsWhatIsMissingAsNothing) {
  EXPECT_EQ(ParseLease("{}").value(), Lease());
  EXPECT_FALSE(ParseLease("{"));
}

}  // namespace
}  // namespace prow_coverage::kube
