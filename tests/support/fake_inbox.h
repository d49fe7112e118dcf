#pragma once

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "prow_coverage/base/utf8.h"
#include "prow_coverage/inbox/inbox.h"

#include "support/call_script.h"

namespace prow_coverage::testing {

// An inbox in plain memory, which does what the real one does (inbox_contract_test.cc). Calls are
// journalled as store, record, due, get, sightings, reserve. One thread.
class FakeInbox final : public inbox::Inbox {
 public:
  CallScript script;
  std::map<std::int64_t, inbox::Delivery> deliveries;
  std::vector<inbox::Progress> recorded;
  std::vector<inbox::Report> reports;
  bool healthy = true;

  explicit FakeInbox(const Clock& clock) : clock_(clock) {}

  Task<Result<inbox::Stored>> Store(inbox::NewDelivery delivery) override {
    if (auto error = script.Begin("store")) co_return std::move(*error);
    if (delivery.guid.empty() || delivery.guid.size() > 256) {
      co_return Error{ErrorCode::kInvalidArgument, "no GUID", {}};
    }
    for (auto& [id, known] : deliveries) {
      if (known.guid == delivery.guid) co_return StoreAgain(known, delivery);
    }
    inbox::Delivery stored;
    static_cast<inbox::NewDelivery&>(stored) = std::move(delivery);
    stored.id = static_cast<std::int64_t>(deliveries.size()) + 1;
    Begin(stored);
    deliveries[stored.id] = stored;
    co_return inbox::Stored{inbox::Stored::Kind::kNew, stored.id};
  }
  Task<Result<inbox::Stored>> Keep(inbox::NewDelivery delivery, std::string reason) override {
    auto stored = co_await Store(std::move(delivery));
    if (stored) deliveries[stored->id].state = inbox::State::kDone;
    if (stored) deliveries[stored->id].reason = std::move(reason);
    co_return stored;
  }
  Task<Result<void>> Record(std::int64_t id, inbox::Progress progress) override {
    if (auto error = script.Begin("record")) co_return std::move(*error);
    const auto found = deliveries.find(id);
    if (found == deliveries.end()) co_return NoSuchDelivery();
    if (HasEnded(found->second)) co_return Error{ErrorCode::kConflict, "it has ended", {}};
    Apply(progress, found->second);
    recorded.push_back(std::move(progress));
    co_return Result<void>();
  }
  Task<Result<std::vector<inbox::Pending>>> Due(WallTime now, std::int64_t after_id,
                                                std::size_t limit) override {
    if (auto error = script.Begin("due")) co_return std::move(*error);
    std::vector<inbox::Pending> due;
    for (const auto& [id, delivery] : deliveries) {
      if (due.size() >= limit) break;
      if (id <= after_id || !IsDue(delivery, now)) continue;
      due.push_back({id, delivery.org, delivery.repo, delivery.number});
    }
    co_return due;
  }
  Task<Result<inbox::Delivery>> Get(std::int64_t id) override {
    if (auto error = script.Begin("get")) co_return std::move(*error);
    const auto found = deliveries.find(id);
    if (found == deliveries.end()) co_return NoSuchDelivery();
    co_return found->second;
  }
  Task<Result<std::vector<inbox::Sighting>>> Sightings(std::vector<inbox::PullKey> pulls) override {
    if (auto error = script.Begin("sightings")) co_return std::move(*error);
    std::vector<inbox::Sighting> sightings;
    for (const auto& [id, known] : deliveries) {
      const inbox::PullKey pull{known.org, known.repo, known.number};
      if (std::find(pulls.begin(), pulls.end(), pull) == pulls.end()) continue;
      sightings.push_back({id, pull, known.head_sha, known.state, known.reason});
    }
    co_return sightings;
  }
  Task<Result<WallTime>> ReserveStartTime(std::string org, std::string repo, std::int64_t number,
                                          WallTime wanted) override {
    if (auto error = script.Begin("reserve")) co_return std::move(*error);
    auto& last = last_start_[org + "/" + repo + "#" + std::to_string(number)];
    last = std::max<WallTime>(std::chrono::floor<std::chrono::seconds>(wanted),
                              last + std::chrono::seconds(1));
    co_return last;
  }
  Task<Result<void>> SaveReport(inbox::Report report) override {
    if (auto error = script.Begin("save_report")) co_return std::move(*error);
    for (auto& known : reports) {
      if (known.org != report.org || known.repo != report.repo || known.number != report.number ||
          known.head_sha != report.head_sha) {
        continue;
      }
      report.id = known.id;
      known = std::move(report);
      co_return Result<void>();
    }
    report.id = static_cast<std::int64_t>(reports.size()) + 1;
    reports.push_back(std::move(report));
    co_return Result<void>();
  }
  Task<Result<std::vector<inbox::Report>>> Reports(std::int64_t after_id,
                                                   std::size_t limit) override {
    if (auto error = script.Begin("reports")) co_return std::move(*error);
    std::vector<inbox::Report> page;
    for (const auto& report : reports) {
      if (report.id > after_id && page.size() < limit) page.push_back(report);
    }
    co_return page;
  }
  bool Healthy() const override { return healthy; }

 private:
  static Error NoSuchDelivery() { return {ErrorCode::kNotFound, "no such delivery", {}}; }

  // As it is when it arrives, or is revived.
  void Begin(inbox::Delivery& delivery) const {
    delivery.state = inbox::State::kReceived;
    delivery.received_at = clock_.Now();
    delivery.next_attempt_at = clock_.Now();
    delivery.attempts = 0;
  }

  Result<inbox::Stored> StoreAgain(inbox::Delivery& known, const inbox::NewDelivery& again) const {
    if (known.body != again.body) return Error{ErrorCode::kConflict, "another body", {}};
    if (known.state != inbox::State::kDead) {
      return inbox::Stored{inbox::Stored::Kind::kDuplicate, known.id};
    }
    Begin(known);
    return inbox::Stored{inbox::Stored::Kind::kRevived, known.id};
  }

  void Apply(const inbox::Progress& progress, inbox::Delivery& delivery) const {
    delivery.state = progress.state;
    if (!progress.reason.empty() || !progress.detail.empty()) {
      delivery.detail = ClipUtf8(progress.detail, std::size_t{64} << 10);
    }
    if (!progress.reason.empty()) delivery.reason = progress.reason;
    if (!progress.job_name.empty()) delivery.job_name = progress.job_name;
    if (progress.next_attempt_at) {
      delivery.next_attempt_at =
          std::min<WallTime>(*progress.next_attempt_at, clock_.Now() + inbox::kLongestWait);
    }
    if (progress.attempted) ++delivery.attempts;
  }

  static bool HasEnded(const inbox::Delivery& delivery) {
    return delivery.state == inbox::State::kDone || delivery.state == inbox::State::kDead;
  }

  // A wait that looks longer than the longest was written before the clock was set back.
  static bool IsDue(const inbox::Delivery& delivery, WallTime now) {
    if (HasEnded(delivery)) return false;
    const auto wait = delivery.next_attempt_at - now;
    return wait.count() <= 0 || wait > inbox::kLongestWait + std::chrono::minutes(5);
  }

  const Clock& clock_;
  std::map<std::string, WallTime> last_start_;
};

}  // namespace prow_coverage::testing
