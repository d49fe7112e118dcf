#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <unordered_map>
#include <unordered_set>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/mutex.h"

namespace prow_coverage::handler {

// The deliveries that are queued or being worked on, and those whose work has to wait because its
// end was not recorded: the inbox still says that they are due, and without a wait their effects
// would be repeated each time somebody looks. Thread-safe.
class InHand {
 public:
  // One delivery in hand, given back when this goes.
  class Hold {
   public:
    Hold(InHand& in_hand, std::int64_t id) : in_hand_(in_hand), id_(id) {}
    ~Hold() { in_hand_.Release(id_, outcome_); }
    Hold(const Hold&) = delete;
    Hold& operator=(const Hold&) = delete;

    // Work has begun, and from here on not to call Recorded is a failure. One thread at a time.
    void Began() { outcome_ = Outcome::kUnrecorded; }
    void Recorded() { outcome_ = Outcome::kRecorded; }

   private:
    friend class InHand;
    enum class Outcome { kUntouched, kUnrecorded, kRecorded };

    InHand& in_hand_;
    const std::int64_t id_;
    Outcome outcome_ = Outcome::kUntouched;
  };

  explicit InHand(Clock& clock) : clock_(clock) {}

  // nullptr when somebody has it already. This must outlive the hold.
  [[nodiscard]] std::unique_ptr<Hold> Take(std::int64_t id);
  // nullptr also while it has to wait.
  [[nodiscard]] std::unique_ptr<Hold> TakeAgain(std::int64_t id);

  [[nodiscard]] std::size_t size() const;

  // Forgets those that nobody has come back for; somebody else may have ended them.
  void ForgetOld();

 private:
  struct Wait {
    MonotonicTime until;
    int failures = 0;
  };

  void Release(std::int64_t id, Hold::Outcome outcome);

  Clock& clock_;
  mutable Mutex mutex_;
  std::unordered_set<std::int64_t> ids_ GUARDED_BY(mutex_);
  std::unordered_map<std::int64_t, Wait> waits_ GUARDED_BY(mutex_);
};

}  // namespace prow_coverage::handler
