#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <set>
#include <string>

#include <boost/asio/steady_timer.hpp>

#include "prow_coverage/base/task.h"
#include "prow_coverage/server/server.h"

#include "kube_store.h"

namespace prow_coverage::sandbox {

// What all watches that are open now can be told.
enum class WatchOrder {
  kCut,       // their connections are cut
  kExpire,    // they tell that they are too old, and end
  kSilence,   // they tell nothing any more and do not end, as a dead connection
  kBookmark,  // those that have asked for bookmarks get one
};

// What wakes the open watches. One thread at a time.
class WatchHub {
 public:
  // How often each order was given.
  using Orders = std::array<int, 4>;

  void WakeAll();
  void Give(WatchOrder order);
  [[nodiscard]] const Orders& orders() const { return orders_; }

  // Ends at `deadline`, when woken, or when the calling coroutine is cancelled.
  Task<void> Wait(std::chrono::steady_clock::time_point deadline);

 private:
  std::set<boost::asio::steady_timer*> timers_;
  Orders orders_{};
};

// Which objects a list or a watch is about.
struct ObjectFilter {
  const ResourceType* type = nullptr;
  std::string ns;  // "" for all
  LabelSelector labels;
  std::string name;  // "" for all

  [[nodiscard]] bool Matches(const KubeObject& object) const;
};

struct WatchRequest {
  ObjectFilter filter;
  std::uint64_t revision = 0;  // 0: begin with all that is there
  bool bookmarks = false;
  std::chrono::seconds timeout{1800};
};

// References must outlive the connection.
[[nodiscard]] server::Reply WatchReply(WatchRequest request, KubeStore& store, WatchHub& hub);

}  // namespace prow_coverage::sandbox
