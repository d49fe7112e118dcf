#pragma once

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/delivery_stream.h"
#include "support/shim.h"
#include "support/world.h"

namespace prow_coverage::testing {

// A daemon that is killed and started again on the same inbox and ports.
class MortalDaemon {
 public:
  MortalDaemon(World& world, Shim& shim, std::uint32_t seed);

  // Starts it. One start in four is left at a random moment before it serves; the others answer a
  // random number of deliveries and live on for a random moment, with work under way.
  void LiveAWhile(const DeliveryStream& stream);

  // False when it had ended by itself: it could not start.
  bool Kill();

  // Starts it for good.
  void Stay();

  std::uint16_t port() const { return port_; }
  const std::string& inbox() const { return inbox_; }
  Process& process() { return *process_; }

 private:
  void Launch();
  void AwaitServing();

  World& world_;
  Shim& shim_;
  std::mt19937 random_;
  const std::string inbox_;
  const std::uint16_t port_;
  const std::uint16_t health_port_;
  const std::uint16_t metrics_port_;
  std::unique_ptr<Process> process_;
};

}  // namespace prow_coverage::testing
