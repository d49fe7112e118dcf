#pragma once

#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>
#include <sys/fsuid.h>
#include <unistd.h>

#include "prow_coverage/inbox/inbox.h"
#include "prow_coverage/inbox/reader.h"

#include "support/fake_clock.h"
#include "support/recording_logger.h"
#include "support/run_task.h"
#include "support/temp_dir.h"

namespace prow_coverage::inbox {

inline NewDelivery MakeDelivery(std::string guid) {
  NewDelivery delivery;
  delivery.body = R"({"action":"opened","guid":")" + guid + "\"}";
  delivery.guid = std::move(guid);
  delivery.event_type = "pull_request";
  delivery.action = "opened";
  delivery.org = "kubevirt";
  delivery.repo = "kubevirt";
  delivery.number = 17;
  delivery.head_sha = std::string(40, 'a');
  return delivery;
}

// Bytes that nothing makes smaller.
inline std::string Noise(std::size_t size) {
  std::mt19937 random(7);
  std::string noise(size, '\0');
  for (char& byte : noise) byte = static_cast<char>(random());
  return noise;
}

// Progress to a state, with nothing else to tell. What has ended has been worked on.
inline Progress To(State state) {
  Progress progress;
  progress.state = state;
  progress.attempted = state == State::kDone || state == State::kDead;
  return progress;
}

// File access of this thread as an ordinary user's, whoever runs the test.
class AsOrdinaryUser {
 public:
  AsOrdinaryUser() : before_(::setfsuid(::geteuid() == 0 ? 65534 : ::geteuid())) {}
  ~AsOrdinaryUser() { ::setfsuid(static_cast<uid_t>(before_)); }

 private:
  const int before_;
};

// An inbox in a directory of its own; a test opens it once its options stand.
class InboxTestBase : public ::testing::Test {
 protected:
  InboxTestBase() { options_.path = dir_.path() / "inbox.db"; }

  void Open() {
    inbox_.reset();
    auto opened = inbox::Open(options_, clock_, logger_, *metrics_);
    ASSERT_TRUE(opened) << opened.error().message;
    inbox_ = *std::move(opened);
  }

  template <class T>
  T Await(Task<T> task) {
    return testing::RunTask(context_, std::move(task));
  }

  Result<Stored> Store(NewDelivery delivery) {
    auto task = inbox_->Store(std::move(delivery));
    return Await(std::move(task));
  }

  // The id of a new delivery.
  std::int64_t StoreNew(const std::string& guid) {
    auto stored = Store(MakeDelivery(guid));
    EXPECT_TRUE(stored) << stored.error().message;
    return stored ? stored->id : 0;
  }

  std::int64_t StoreIn(State state, const std::string& guid) {
    const std::int64_t id = StoreNew(guid);
    EXPECT_TRUE(Await(inbox_->Record(id, To(state))));
    return id;
  }

  Delivery Get(std::int64_t id) {
    auto delivery = Await(inbox_->Get(id));
    EXPECT_TRUE(delivery) << delivery.error().message;
    return delivery ? *delivery : Delivery{};
  }

  // Stores many at once, so that they share the syncs, and brings them to `state`.
  void StoreManyIn(State state, std::size_t count, std::size_t body_bytes) {
    for (std::size_t i = 0; i < count; ++i) {
      boost::asio::co_spawn(
          context_, [this, state, i, body_bytes] { return StoreOneIn(state, i, body_bytes); },
          boost::asio::detached);
    }
    context_.restart();
    context_.run();
  }

  Task<void> StoreOneIn(State state, std::size_t number, std::size_t body_bytes) {
    NewDelivery delivery = MakeDelivery("many-" + std::to_string(number));
    delivery.body = Noise(body_bytes);
    auto stored = co_await inbox_->Store(std::move(delivery));
    Progress progress = To(state);
    auto recorded = co_await inbox_->Record(stored->id, std::move(progress));
    EXPECT_TRUE(recorded) << recorded.error().message;
  }

  std::vector<std::int64_t> DueIds(std::int64_t after_id = 0, std::size_t limit = 1000) {
    std::vector<std::int64_t> ids;
    auto due = Await(inbox_->Due(clock_.Now(), after_id, limit));
    EXPECT_TRUE(due) << due.error().message;
    for (const Pending& pending : *due) ids.push_back(pending.id);
    return ids;
  }

  bool Exposes(const std::string& line) const {
    return ("\n" + metrics_->Expose()).find("\n" + line + "\n") != std::string::npos;
  }

  testing::TempDir dir_;
  testing::FakeClock clock_;
  testing::RecordingLogger logger_;
  std::unique_ptr<metrics::Metrics> metrics_ = metrics::MakePrometheusMetrics();
  Options options_;
  boost::asio::io_context context_;
  std::unique_ptr<Inbox> inbox_;
};

}  // namespace prow_coverage::inbox
