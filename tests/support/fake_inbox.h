#pragma once

#include <map>
#include <string>
#include <vector>

#include "prow_coverage/inbox/inbox.h"

#include "support/call_script.h"

namespace prow_coverage::testing {

// An inbox in plain memory. Calls are journalled as store, record, due, get, reserve. One thread.
class FakeInbox final : public inbox::Inbox {
 public:
  CallScript script;
  std::map<std::int64_t, inbox::Delivery> deliveries;
  std::vector<inbox::Progress> recorded;
  bool healthy = true;

  Task<Result<inbox::Stored>> Store(inbox::NewDelivery delivery) override {
    if (auto error = script.Begin("store")) co_return std::move(*error);
    for (auto& [id, known] : deliveries) {
      if (known.guid != delivery.guid) continue;
      if (known.state != inbox::State::kDead) {
        co_return inbox::Stored{inbox::Stored::Kind::kDuplicate, id};
      }
      known.state = inbox::State::kReceived;
      co_return inbox::Stored{inbox::Stored::Kind::kRevived, id};
    }
    inbox::Delivery stored;
    static_cast<inbox::NewDelivery&>(stored) = std::move(delivery);
    stored.id = static_cast<std::int64_t>(deliveries.size()) + 1;
    deliveries[stored.id] = stored;
    co_return inbox::Stored{inbox::Stored::Kind::kNew, stored.id};
  }
  Task<Result<void>> Record(std::int64_t id, inbox::Progress progress) override {
    if (auto error = script.Begin("record")) co_return std::move(*error);
    auto& delivery = deliveries[id];
    delivery.state = progress.state;
    delivery.reason = progress.reason;
    delivery.detail = progress.detail;
    if (!progress.job_name.empty()) delivery.job_name = progress.job_name;
    if (progress.next_attempt_at) delivery.next_attempt_at = *progress.next_attempt_at;
    if (progress.attempted) ++delivery.attempts;
    recorded.push_back(std::move(progress));
    co_return Result<void>();
  }
  Task<Result<std::vector<inbox::Pending>>> Due(WallTime now, std::int64_t after_id,
                                                std::size_t limit) override {
    if (auto error = script.Begin("due")) co_return std::move(*error);
    std::vector<inbox::Pending> due;
    for (const auto& [id, delivery] : deliveries) {
      const bool ended =
          delivery.state == inbox::State::kDone || delivery.state == inbox::State::kDead;
      if (id <= after_id || ended || due.size() >= limit) continue;
      if (!inbox::IsDue(delivery.next_attempt_at, now)) continue;
      due.push_back({id, delivery.org, delivery.repo, delivery.number});
    }
    co_return due;
  }
  Task<Result<inbox::Delivery>> Get(std::int64_t id) override {
    if (auto error = script.Begin("get")) co_return std::move(*error);
    const auto found = deliveries.find(id);
    if (found == deliveries.end()) co_return Error{ErrorCode::kNotFound, "no such delivery", {}};
    co_return found->second;
  }
  Task<Result<WallTime>> ReserveStartTime(std::string org, std::string repo, std::int64_t number,
                                          WallTime wanted) override {
    if (auto error = script.Begin("reserve")) co_return std::move(*error);
    auto& last = last_start_[org + "/" + repo + "#" + std::to_string(number)];
    last = std::max<WallTime>(std::chrono::floor<std::chrono::seconds>(wanted),
                              last + std::chrono::seconds(1));
    co_return last;
  }
  bool Healthy() const override { return healthy; }

 private:
  std::map<std::string, WallTime> last_start_;
};

}  // namespace prow_coverage::testing
