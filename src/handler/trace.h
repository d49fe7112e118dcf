#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/inbox/delivery.h"

namespace prow_coverage::handler {

// Times the steps of a piece of work, for `prow-coverage deliveries show`.
class Trace {
 public:
  explicit Trace(Clock& clock) : clock_(clock) {}

  // Awaits a remote call and notes how it went.
  template <class T>
  Task<Result<T>> Time(std::string name, Task<Result<T>> call) {
    const WallTime at = clock_.Now();
    const MonotonicTime began = clock_.Monotonic();
    auto result = co_await std::move(call);
    if (result) {
      Add(std::move(name), at, began, "ok", "");
    } else {
      const Error error = result.error();
      Add(std::move(name), at, began, std::string(ToString(error.code)), error.message);
    }
    co_return result;
  }

  // Notes a step that took no time of its own.
  void Note(std::string name, std::string detail);

  // Says more about the last step.
  void Detail(std::string detail);

  [[nodiscard]] std::vector<inbox::Step> Take() { return std::exchange(steps_, {}); }

 private:
  void Add(std::string name, WallTime at, MonotonicTime began, std::string outcome,
           std::string detail);

  Clock& clock_;
  std::vector<inbox::Step> steps_;
};

}  // namespace prow_coverage::handler
