#include "prow_coverage/handler/dispatcher.h"

#include <string>
#include <utility>

#include "prow_coverage/handler/reason.h"
#include "prow_coverage/pull_request/repo_name.h"

#include "in_hand.h"

namespace prow_coverage::handler {
namespace {

constexpr std::size_t kPage = 256;

// Old work is taken up while fewer than this are in hand: more than the workers can talk to GitHub
// about at a time, and few enough that a backlog of any length costs no memory worth the name.
constexpr std::size_t kInHandEnough = 1024;

constexpr std::chrono::milliseconds kLook{1000};
constexpr std::chrono::milliseconds kNextLook{100};  // after one that left something over

class InboxDispatcher final : public Dispatcher {
 public:
  InboxDispatcher(inbox::Inbox& inbox, queue::WorkerPool& pool, Clock& clock, Logger& logger,
                  WorkOn work_on)
      : inbox_(inbox),
        pool_(pool),
        clock_(clock),
        logger_(logger),
        work_on_(std::move(work_on)),
        in_hand_(clock) {}

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
  // False when something that is due was left. Nothing is begun whose end could not be recorded.
  Task<bool> TakeUpOnce() {
    in_hand_.ForgetOld();
    std::int64_t after_id = 0;
    while (inbox_.Healthy()) {
      const auto due = co_await inbox_.Due(clock_.Now(), after_id, kPage);
      if (!due) co_return true;  // The inbox itself says when it is out of order.
      for (const auto& pending : *due) {
        after_id = pending.id;
        const bool room = co_await TakeUp(pending);
        if (!room) co_return false;
      }
      if (due->size() < kPage) co_return true;
    }
    co_return true;
  }

  bool MayTakeUp() const {
    return inbox_.Healthy() && pool_.queued() * 2 <= pool_.queue_size() &&
           in_hand_.size() < kInHandEnough;
  }

  // False when there is no room left for old work.
  Task<bool> TakeUp(const inbox::Pending& pending) {
    if (!MayTakeUp()) co_return false;
    auto hold = in_hand_.TakeAgain(pending.id);
    if (!hold) co_return true;
    auto slot = pool_.TryClaim();
    if (!slot) co_return false;
    auto delivery = co_await inbox_.Get(pending.id);
    if (!delivery) {
      auto passed_over = PassOver(pending.id, *hold, delivery.error());
      co_return co_await std::move(passed_over);
    }
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
  Task<bool> PassOver(std::int64_t id, InHand::Hold& hold, Error error) {
    if (error.code == ErrorCode::kUnavailable) co_return false;
    hold.Began();
    inbox::Progress given_up;
    given_up.state = inbox::State::kDead;
    given_up.reason = Info(Reason::kMalformedEvent).name;
    given_up.detail = error.message;
    const auto recorded = co_await inbox_.Record(id, std::move(given_up));
    if (recorded) hold.Recorded();
    logger_.Error(
        "a delivery cannot be read from the inbox and is given up; its redelivery revives it",
        {{"id", id}, {"error", error.message}});
    co_return recorded || recorded.error().code != ErrorCode::kUnavailable;
  }

  void Submit(queue::WorkerPool::Slot slot, inbox::Delivery delivery) {
    // TakeUpDue may have seen the stored row first and hold it already.
    if (auto hold = in_hand_.Take(delivery.id)) {
      SubmitHeld(std::move(slot), std::move(hold), std::move(delivery));
    }
  }

  void SubmitHeld(queue::WorkerPool::Slot slot, std::shared_ptr<InHand::Hold> hold,
                  inbox::Delivery delivery) {
    auto key = PullName(delivery.org, delivery.repo, delivery.number);
    auto shared = std::make_shared<inbox::Delivery>(std::move(delivery));
    pool_.Submit(std::move(slot),
                 {std::move(key), [this, hold = std::move(hold), shared](std::size_t worker) {
                    return WorkHeld(worker, *hold, std::move(*shared));
                  }});
  }

  // An exception leaves the hold as it is: begun, and not recorded. The pool logs it.
  Task<void> WorkHeld(std::size_t worker, InHand::Hold& hold, inbox::Delivery delivery) {
    hold.Began();
    const auto recorded = co_await work_on_(worker, std::move(delivery));
    if (recorded) hold.Recorded();
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
