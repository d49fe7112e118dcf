#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <thread>

#include "support/raw_http_client.h"
#include "support/world.h"

namespace prow_coverage::testing {

// A hook that delivers pull request after pull request from a thread of its own, to a daemon that
// comes and goes, and remembers what was acknowledged. What is refused or cut is sent again a few
// times under the same GUID, then dropped. One in five is redelivered, one in five arrives under a
// second GUID as well.
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

  // Answers of any status so far. May be asked while the thread runs.
  int answered() const { return answered_.load(std::memory_order_relaxed); }

  // Ends the thread after the delivery that it is at. What follows may be asked only after it.
  void Stop();

  // By GUID.
  const std::map<std::string, Sent>& sent() const { return sent_; }
  // How often each status was answered; 0: the connection was refused or cut.
  const std::map<int, int>& answers() const { return answers_; }

 private:
  void Run();
  void DeliverPull(int number);
  void Deliver(int number, const std::string& guid);
  int Post(const std::string& request);

  World& world_;
  const std::uint16_t port_;
  std::mt19937 random_;
  std::unique_ptr<RawHttpClient> client_;
  std::map<std::string, Sent> sent_;
  std::map<int, int> answers_;
  // These order nothing: joining the thread does, for everything else.
  std::atomic<int> answered_{0};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace prow_coverage::testing
