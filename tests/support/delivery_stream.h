#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "support/world.h"

namespace prow_coverage::testing {

// Hooks that deliver pull request after pull request, each over a connection and from a thread of
// its own, to a daemon that comes and goes, and that remember what was acknowledged. What is
// refused or cut is sent again a few times under the same GUID, then dropped. One in five is
// redelivered, one in five arrives under a second GUID as well.
class DeliveryStream {
 public:
  struct Sent {
    int number = 0;
    bool acknowledged = false;  // some attempt was answered 200
  };

  DeliveryStream(World& world, std::uint16_t port, std::uint32_t seed);
  ~DeliveryStream();
  DeliveryStream(const DeliveryStream&) = delete;
  DeliveryStream& operator=(const DeliveryStream&) = delete;

  // Answers of any status so far. May be asked while the hooks run.
  int answered() const { return answered_.load(std::memory_order_relaxed); }

  // Ends each hook after the delivery that it is at. What follows may be asked only after it.
  void Stop();

  // By GUID.
  const std::map<std::string, Sent>& sent() const { return sent_; }
  // How often each status was answered; 0: the connection was refused or cut.
  const std::map<int, int>& answers() const { return answers_; }

 private:
  class Hook;

  std::map<std::string, Sent> sent_;
  std::map<int, int> answers_;
  // These order nothing: joining the threads does, for everything else.
  std::atomic<int> answered_{0};
  std::atomic<bool> stop_{false};
  std::vector<std::unique_ptr<Hook>> hooks_;
};

}  // namespace prow_coverage::testing
