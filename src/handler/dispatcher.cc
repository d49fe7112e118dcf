#include "prow_coverage/handler/dispatcher.h"

#include <string>
#include <unordered_set>
#include <utility>

#include "prow_coverage/base/mutex.h"
#include "prow_coverage/handler/reason.h"
#include "prow_coverage/pull_request/repo_name.h"

namespace prow_coverage::handler {
namespace {

constexpr std::size_t kPage = 256;

// Old work is taken up while fewer than this are in hand: more than the workers can talk to GitHub
// about at a time, and few enough that a backlog of any length costs no memory worth the name.
constexpr std::size_t kInHandEnough = 1024;

constexpr std::chrono::milliseconds kLook{1000};
constexpr std::chrono::milliseconds kNextLook{100};  // after one that left something over

// The deliveries that are queued or being worked on.
class InHand {
 public:
  // False when somebody has it already.
  bool Take(std::int64_t id) {
    const MutexLock lock(mutex_);
    return ids_.insert(id).second;
  }
  void Release(std::int64_t id) {
    const MutexLock lock(mutex_);
    ids_.erase(id);
  }
  std::size_t size() const {
    const MutexLock lock(mutex_);
    return ids_.size();
  }

 private:
  mutable Mutex mutex_;
  std::unordered_set<std::int64_t> ids_ GUARDED_BY(mutex_);
};

// One delivery in hand, given back when the last copy goes.
class Hold {
 public:
  Hold(InHand& in_hand, std::int64_t id) : in_hand_(in_hand), id_(id) {}
  ~Hold() { in_hand_.Release(id_); }
  Hold(const Hold&) = delete;
  Hold& operator=(const Hold&) = delete;

 private:
  InHand& in_hand_;
  std::int64_t id_;
};

class InboxDispatcher final : public Dispatcher {
 public:
  InboxDispatcher(inbox::Inbox& inbox, queue::WorkerPool& pool, Clock& clock, Logger& logger,
                  WorkOn work_on)
      : inbox_(inbox), pool_(pool), clock_(clock), logger_(logger), work_on_(std::move(work_on)) {}

  Task<Result<inbox::Stored>> Accept(inbox::NewDelivery delivery) override {
    auto slot = pool_.TryClaim();
    if (!slot) {
      co_return Error{ErrorCode::kUnavailable, "the queue is full", std::chrono::seconds(5)};
    }
    inbox::Delivery stored_delivery;
    static_cast<inbox::NewDelivery&>(stored_delivery) = delivery;
    stored_delivery.received_at = clock_.Now();
    const auto stored = co_await inbox_.Store(std::move(delivery));
    if (!stored) co_return stored.error();
    stored_delivery.id = stored->id;
    if (stored->kind != inbox::Stored::Kind::kDuplicate) {
      Submit(std::move(*slot), std::move(stored_delivery));
    }
    co_return *stored;
  }

  Task<void> TakeUpDue() override {
    while (true) {
      const bool all = co_await TakeUpOnce();
      const auto pause = all ? kLook : kNextLook;
      co_await clock_.SleepFor(pause);
    }
  }

 private:
  // False when something that is due was left.
  Task<bool> TakeUpOnce() {
    std::int64_t after_id = 0;
    while (true) {
      const auto due = co_await inbox_.Due(clock_.Now(), after_id, kPage);
      if (!due) co_return true;  // The inbox itself says when it is out of order.
      for (const auto& pending : *due) {
        after_id = pending.id;
        const bool room = co_await TakeUp(pending);
        if (!room) co_return false;
      }
      if (due->size() < kPage) co_return true;
    }
  }

  bool HasRoom() const {
    return pool_.queued() * 2 <= pool_.queue_size() && in_hand_.size() < kInHandEnough;
  }

  // False when there is no room left for old work.
  Task<bool> TakeUp(const inbox::Pending& pending) {
    if (!HasRoom()) co_return false;
    auto hold = TryHold(pending.id);
    if (!hold) co_return true;
    auto slot = pool_.TryClaim();
    if (!slot) co_return false;
    auto delivery = co_await inbox_.Get(pending.id);
    if (!delivery) co_return co_await PassOver(pending.id, delivery.error());
    // Between Due and now its worker may have ended it and given it back.
    if (delivery->state == inbox::State::kDone || delivery->state == inbox::State::kDead ||
        !inbox::IsDue(delivery->next_attempt_at, clock_.Now())) {
      co_return true;
    }
    SubmitHeld(std::move(*slot), std::move(hold), std::move(*delivery));
    co_return true;
  }

  // A row that cannot be read must not keep the others waiting, nor be read again for ever. False
  // when the inbox is out of order, which it says itself.
  Task<bool> PassOver(std::int64_t id, Error error) {
    if (error.code == ErrorCode::kUnavailable) co_return false;
    inbox::Progress given_up;
    given_up.state = inbox::State::kDead;
    given_up.reason = Info(Reason::kMalformedEvent).name;
    given_up.detail = error.message;
    const auto recorded = co_await inbox_.Record(id, std::move(given_up));
    logger_.Error(
        "a delivery cannot be read from the inbox and is given up; its redelivery revives it",
        {{"id", id}, {"error", error.message}});
    co_return recorded || recorded.error().code != ErrorCode::kUnavailable;
  }

  std::shared_ptr<Hold> TryHold(std::int64_t id) {
    return in_hand_.Take(id) ? std::make_shared<Hold>(in_hand_, id) : nullptr;
  }

  void Submit(queue::WorkerPool::Slot slot, inbox::Delivery delivery) {
    // TakeUpDue may have seen the stored row first and hold it already.
    if (auto hold = TryHold(delivery.id)) {
      SubmitHeld(std::move(slot), std::move(hold), std::move(delivery));
    }
  }

  void SubmitHeld(queue::WorkerPool::Slot slot, std::shared_ptr<Hold> hold,
                  inbox::Delivery delivery) {
    auto key = PullName(delivery.org, delivery.repo, delivery.number);
    auto shared = std::make_shared<inbox::Delivery>(std::move(delivery));
    pool_.Submit(std::move(slot),
                 {std::move(key), [this, hold = std::move(hold), shared](std::size_t worker) {
                    return work_on_(worker, std::move(*shared));
                  }});
  }

  inbox::Inbox& inbox_;
  queue::WorkerPool& pool_;
  Clock& clock_;
  Logger& logger_;
  const WorkOn work_on_;
  InHand in_hand_;
};

}  // namespace

std::unique_ptr<Dispatcher> MakeDispatcher(inbox::Inbox& inbox, queue::WorkerPool& pool,
                                           Clock& clock, Logger& logger, WorkOn work_on) {
  return std::make_unique<InboxDispatcher>(inbox, pool, clock, logger, std::move(work_on));
}

}  // namespace prow_coverage::handler
