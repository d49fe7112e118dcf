#include "in_hand.h"

#include <algorithm>

#include "prow_coverage/base/back_off.h"
#include "prow_coverage/inbox/inbox.h"

namespace prow_coverage::handler {
namespace {

// GitHub takes 1,000 statuses of a head and a context, ever: whatever is the matter with a row, its
// status must not be set again every few minutes.
constexpr BackOff kUnrecorded{std::chrono::seconds(2), inbox::kLongestWait};
constexpr std::chrono::milliseconds kLeastWait{1000};

}  // namespace

std::unique_ptr<InHand::Hold> InHand::Take(std::int64_t id) {
  const MutexLock lock(mutex_);
  return ids_.insert(id).second ? std::make_unique<Hold>(*this, id) : nullptr;
}

std::unique_ptr<InHand::Hold> InHand::TakeAgain(std::int64_t id) {
  const MutexLock lock(mutex_);
  const auto wait = waits_.find(id);
  if (wait != waits_.end() && clock_.Monotonic() < wait->second.until) return nullptr;
  return ids_.insert(id).second ? std::make_unique<Hold>(*this, id) : nullptr;
}

std::size_t InHand::size() const {
  const MutexLock lock(mutex_);
  return ids_.size();
}

void InHand::ForgetOld() {
  const MonotonicTime now = clock_.Monotonic();
  const MutexLock lock(mutex_);
  std::erase_if(
      waits_, [now](const auto& entry) { return entry.second.until + inbox::kLongestWait < now; });
}

void InHand::Release(std::int64_t id, Hold::Outcome outcome) {
  const MutexLock lock(mutex_);
  ids_.erase(id);
  if (outcome == Hold::Outcome::kRecorded) waits_.erase(id);
  if (outcome != Hold::Outcome::kUnrecorded) return;
  Wait& wait = waits_[id];
  const auto delay = std::max(FullJitter(kUnrecorded, wait.failures, Random01()), kLeastWait);
  wait.until = clock_.Monotonic() + delay;
  ++wait.failures;
}

}  // namespace prow_coverage::handler
