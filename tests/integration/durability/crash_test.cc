// SIGKILL at random moments while deliveries stream in: what was acknowledged is done in the end,
// once. PROW_COVERAGE_KILLS says how often (20), PROW_COVERAGE_SEED repeats a run.

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <functional>
#include <optional>
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ledger.h"
#include "mortal_daemon.h"
#include "support/delivery_stream.h"
#include "support/pull_requests.h"
#include "support/shim.h"
#include "support/world.h"

namespace prow_coverage::testing {
namespace {

using ::testing::HasSubstr;

int Kills() {
  const char* text = std::getenv("PROW_COVERAGE_KILLS");
  return text == nullptr ? 20 : std::atoi(text);
}

std::uint32_t Seed() {
  const char* text = std::getenv("PROW_COVERAGE_SEED");
  if (text != nullptr) return static_cast<std::uint32_t>(std::strtoul(text, nullptr, 10));
  return std::random_device()();
}

class Crash : public ::testing::Test {
 protected:
  Crash() : seed_(Seed()), random_(seed_), daemon_(world_, shim_, seed_) {
    std::printf("PROW_COVERAGE_SEED=%u PROW_COVERAGE_KILLS=%d\n", seed_, Kills());
  }

  // Kills the daemon again and again; `before` and `after` surround each kill.
  void KillWhileDeliveriesStreamIn(
      const std::function<void()>& before = [] {}, const std::function<void()>& after = [] {}) {
    stream_.emplace(world_, daemon_.port(), seed_);
    int kills = 0;
    while (kills < Kills()) {
      daemon_.LiveAWhile(*stream_);
      before();
      daemon_.Kill() ? ++kills : ++refused_starts_;
      after();
    }
  }

  // Starts it for good and waits for the end of all work.
  void ExpectNothingLostOrDoubled() {
    daemon_.Stay();
    stream_->Stop();
    // Some wait for a minute or so when GitHub has failed them often.
    ASSERT_TRUE(AwaitRest(daemon_.inbox(), std::chrono::minutes(5))) << daemon_.process().Err();
    faults_ = world_.GitHub("GET", "/_sandbox/faults");
    world_.GitHub("DELETE", "/_sandbox/faults");
    const Ledger ledger(world_, daemon_.inbox());
    ledger.ExpectKept(stream_->sent());
    std::printf("%d kills, %d starts refused; %s\n", Kills(), refused_starts_,
                ledger.Describe(stream_->sent()).c_str());
    for (const auto& [status, times] : stream_->answers()) {
      std::printf("  %5d times %s\n", times,
                  status == 0 ? "refused or cut" : std::to_string(status).c_str());
    }
    ExpectWhy(ledger);
  }

  int Answers(int status) const {
    const auto found = stream_->answers().find(status);
    return found == stream_->answers().end() ? 0 : found->second;
  }

  const std::uint32_t seed_;
  std::mt19937 random_;
  World world_;
  Shim shim_;
  MortalDaemon daemon_;
  std::optional<DeliveryStream> stream_;
  int refused_starts_ = 0;
  nlohmann::json faults_;  // of the sandbox, with how often each has struck

 private:
  // Whoever asks why after a crash is told.
  void ExpectWhy(const Ledger& ledger) {
    const auto [listed, list] = AskDeliveries(daemon_.inbox(), {"list", "--state=done"});
    EXPECT_EQ(listed, 0);
    EXPECT_THAT(list, HasSubstr("job_created"));
    const std::string cut_off = ledger.SomeCutOff();
    if (!cut_off.empty()) {
      const auto [shown, trace] = AskDeliveries(daemon_.inbox(), {"show", cut_off});
      EXPECT_EQ(shown, 0);
      EXPECT_THAT(trace, HasSubstr("job_exists"));
      EXPECT_THAT(trace, HasSubstr("already_exists"));
    }
    const auto& sent = stream_->sent();
    const auto kept = std::find_if(sent.begin(), sent.end(),
                                   [](const auto& entry) { return entry.second.acknowledged; });
    ASSERT_NE(kept, sent.end());
    const auto exported = AskDeliveries(daemon_.inbox(), {"export", kept->first});
    EXPECT_TRUE(exported.second == OpenedPayload(kept->second.number)) << kept->first;
    EXPECT_EQ(AskDeliveries(daemon_.inbox(), {"retry", "--all-dead"}).first, 0);
  }
};

TEST_F(Crash, LosesNothingAndDoublesNothing) {
  KillWhileDeliveriesStreamIn();
  ExpectNothingLostOrDoubled();
  EXPECT_GT(Answers(200), Kills());
  EXPECT_GT(Answers(0), 0);
}

TEST_F(Crash, LosesNothingWhileGitHubAndKubernetesFail) {
  const nlohmann::json faults[] = {
      {{"target", "github"}, {"kind", "502"}, {"every", 17}},
      {{"target", "github"}, {"kind", "429"}, {"retry_after", 0}, {"every", 19}},
      {{"target", "github"}, {"kind", "429"}, {"retry_after", 1}, {"every", 101}, {"count", 3}},
      {{"target", "github"}, {"kind", "cut"}, {"every", 23}},
      {{"target", "github"}, {"kind", "slow"}, {"ms", 100}, {"every", 7}},
      {{"target", "github"}, {"kind", "cut-after-effect"}, {"method", "POST"}, {"every", 3}},
      {{"target", "kube"}, {"kind", "503"}, {"every", 13}},
      {{"target", "kube"}, {"kind", "429"}, {"retry_after", 0}, {"every", 17}},
      {{"target", "kube"}, {"kind", "cut"}, {"every", 11}},
      {{"target", "kube"}, {"kind", "cut-after-effect"}, {"every", 5}},
      {{"target", "kube"}, {"kind", "slow"}, {"ms", 100}, {"every", 7}},
  };
  for (const auto& fault : faults) world_.GitHub("POST", "/_sandbox/faults", fault);
  KillWhileDeliveriesStreamIn();
  ExpectNothingLostOrDoubled();
  for (const auto& fault : faults_) EXPECT_GT(fault["fired"], 0) << fault;
}

TEST_F(Crash, LosesNothingWhileTheDiskFails) {
  auto& disk = shim_.control();
  const auto heal = [&] { disk.disk_full = disk.write_error = disk.sync_error = 0; };
  const auto fail = [&] {
    const auto fault = random_() % 4;
    if (fault == 0) disk.disk_full = 1;
    if (fault == 1) disk.write_error = ENOSPC;
    if (fault == 2) disk.sync_error = EIO;
    ::usleep(50'000);
    if (random_() % 2 == 0) return;  // it is killed, and started again, with its disk out of order
    heal();
    ::usleep(50'000);
  };
  KillWhileDeliveriesStreamIn(fail, [&] {
    if (random_() % 2 == 0) heal();
  });
  heal();
  ExpectNothingLostOrDoubled();
  EXPECT_GT(Answers(503), 0);
}

// What was not synced is gone, as by a power cut.
TEST_F(Crash, LosesNothingWhenThePowerFails) {
  shim_.KeepPlatter();
  KillWhileDeliveriesStreamIn([] {}, [&] { shim_.CutPower(daemon_.inbox()); });
  ExpectNothingLostOrDoubled();
  EXPECT_GT(Answers(200), Kills());
}

}  // namespace
}  // namespace prow_coverage::testing
