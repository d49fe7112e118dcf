// The daemon on a disk that is slow, full or broken, and comes back.

#include <cerrno>
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger.h"
#include "support/pull_requests.h"
#include "support/raw_http_client.h"
#include "support/shim.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class Disk : public ::testing::Test {
 protected:
  Disk() : inbox_((world_.dir().path() / "inbox.db").string()) {
    PutPulls(world_, 1, 20);
    daemon_ = world_.StartDaemon({"--inbox=" + inbox_}, shim_.Environment());
  }

  std::string Deliver(int number) {
    RawHttpClient client(WebhookPort(*daemon_));
    return client.Exchange(SignedRequest(OpenedPayload(number), Guid(number)));
  }

  static std::string Guid(int number) { return "disk-" + std::to_string(number); }

  void ExpectOutOfOrder(int number) {
    EXPECT_THAT(Deliver(number), AllOf(StartsWith("HTTP/1.1 503"), HasSubstr("Retry-After: 5")));
    const auto [status, text] = Get(HealthPort(*daemon_), "/healthz/ready");
    EXPECT_EQ(status, 503);
    EXPECT_THAT(text, HasSubstr("the inbox cannot store deliveries"));
    EXPECT_EQ(Get(HealthPort(*daemon_), "/healthz").first, 200);
  }

  // Without a delivery that would show that the disk works again.
  bool BecomesReady() {
    return Eventually([&] { return Get(HealthPort(*daemon_), "/healthz/ready").first == 200; });
  }

  int LogLines(const std::string& part) const {
    const std::string log = daemon_->Err();
    int count = 0;
    for (auto at = log.find(part); at != std::string::npos; at = log.find(part, at + 1)) ++count;
    return count;
  }

  int FailedCommits() {
    const auto metrics = Get(MetricsPort(*daemon_), "/metrics").second;
    const std::string name = "\nprow_coverage_inbox_errors_total ";
    return std::stoi(metrics.substr(metrics.find(name) + name.size()));
  }

  World world_;
  Shim shim_;
  const std::string inbox_;
  std::unique_ptr<Process> daemon_;
};

TEST_F(Disk, No200ComesBeforeItsSync) {
  constexpr milliseconds kDelay{300};
  shim_.control().sync_delay_ms = kDelay.count();
  std::vector<std::unique_ptr<RawHttpClient>> clients;
  std::vector<steady_clock::time_point> sent;
  for (int number = 1; number <= 6; ++number) {
    clients.push_back(std::make_unique<RawHttpClient>(WebhookPort(*daemon_)));
    sent.push_back(steady_clock::now());
    clients.back()->Send(SignedRequest(OpenedPayload(number), Guid(number)));
    ::usleep(40'000);  // some arrive while a commit is under way
  }
  for (std::size_t i = 0; i < clients.size(); ++i) {
    EXPECT_THAT(clients[i]->ReadResponse(), StartsWith("HTTP/1.1 200"));
    EXPECT_GE(steady_clock::now() - sent[i], kDelay);
  }
}

TEST_F(Disk, WhatNeedsNothingDoesNotWaitForIt) {
  shim_.control().sync_delay_ms = 10'000;
  RawHttpClient client(WebhookPort(*daemon_), "127.0.0.1", std::chrono::seconds(5));
  EXPECT_THAT(
      client.Exchange(SignedRequest(TestData("payloads/pull_request.labeled.json"), "labeled")),
      StartsWith("HTTP/1.1 200"));
}

TEST_F(Disk, TheNameOfANewFileIsSyncedAsWell) {
  EXPECT_THAT(Deliver(1), StartsWith("HTTP/1.1 200"));
  EXPECT_GT(shim_.control().directory_syncs, 0);
}

TEST_F(Disk, RefusesWhileItFailsAndRecoversByItself) {
  struct Row {
    const char* name;
    std::atomic<int> ShimControl::*fault;
    int value;
    const char* cause;
  };
  const Row rows[] = {
      {"it is full", &ShimControl::disk_full, 1, "make room on the file system"},
      {"writes end with ENOSPC", &ShimControl::write_error, ENOSPC, "make room on the file system"},
      {"writes end with EIO", &ShimControl::write_error, EIO, "check the disk"},
      {"syncs end with EIO", &ShimControl::sync_error, EIO, "check the disk"},
      {"syncs end with ENOSPC", &ShimControl::sync_error, ENOSPC, "check the disk"},
  };
  int number = 0;
  int outages = 0;
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const int before = FailedCommits();
    EXPECT_THAT(Deliver(++number), StartsWith("HTTP/1.1 200"));
    ASSERT_TRUE(AwaitRest(inbox_));
    shim_.control().*row.fault = row.value;
    ExpectOutOfOrder(++number);
    ++outages;
    EXPECT_EQ(LogLines("the inbox is out of order"), outages);
    EXPECT_THAT(daemon_->Err(), HasSubstr(row.cause));
    EXPECT_GT(FailedCommits(), before);
    shim_.control().*row.fault = 0;
    EXPECT_TRUE(BecomesReady()) << daemon_->Err();
    EXPECT_EQ(LogLines("the inbox takes writes again"), outages);
    EXPECT_THAT(Deliver(number), StartsWith("HTTP/1.1 200"));
  }
  ASSERT_TRUE(AwaitRest(inbox_));
  std::map<std::string, DeliveryStream::Sent> sent;
  for (int i = 1; i <= number; ++i) sent[Guid(i)] = {i, true};
  Ledger(world_, inbox_).ExpectKept(sent);
}

// Work that is under way when the disk fails is not lost, and not done twice.
TEST_F(Disk, WorkWhoseRecordFailsIsDoneAgain) {
  // Without a reporter the handler sets the first status itself.
  daemon_.reset();
  daemon_ = world_.StartDaemon({"--inbox=" + inbox_, "--report=false"}, shim_.Environment());
  world_.GitHub("POST", "/_sandbox/faults",
                {{"target", "github"}, {"kind", "slow"}, {"ms", 500}, {"method", "POST"}});
  EXPECT_THAT(Deliver(1), StartsWith("HTTP/1.1 200"));
  ASSERT_TRUE(Eventually([&] { return world_.Jobs().size() == 1; }));
  shim_.control().sync_error = EIO;
  const std::string unrecorded = "the inbox did not record a decision; the work will be done again";
  daemon_->AwaitErr(unrecorded);
  // The inbox still says that it is due, but nothing is begun that cannot be recorded.
  ::usleep(3'000'000);
  EXPECT_EQ(LogLines(unrecorded), 1);
  EXPECT_EQ(world_.Statuses().size(), 1u);
  shim_.control().sync_error = 0;
  ASSERT_TRUE(AwaitRest(inbox_)) << daemon_->Err();
  Ledger(world_, inbox_).ExpectKept({{Guid(1), {1, true}}});
}

}  // namespace
}  // namespace prow_coverage::testing
