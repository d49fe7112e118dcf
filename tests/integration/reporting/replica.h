#pragma once

#include <memory>
#include <string>
#include <vector>

#include "support/world.h"

namespace prow_coverage::testing {

// A daemon with an inbox of its own that can be ended and started again.
class Replica {
 public:
  Replica(World& world, std::string name, std::vector<std::string> more = {});

  // Until it serves.
  void Start();
  void End(int signal);

  // Stands still, as a paused VM does, until Thaw.
  void Freeze();
  void Thaw();

  // Sends the webhook for the pull request as it is now; it has been acknowledged when this
  // returns.
  void Deliver(int number, const std::string& action, int times = 1);

  // Waits until no delivery is in work; false when that never came.
  bool AwaitRest();

  [[nodiscard]] bool running() const { return process_ != nullptr && !frozen_; }
  [[nodiscard]] const Process& process() const { return *process_; }

  // The ends of the logs of all its lives, for whoever reads a failure.
  [[nodiscard]] std::string Log() const;

 private:
  [[nodiscard]] bool IsAtRest() const;

  World& world_;
  const std::string name_;
  const std::string inbox_;
  const std::vector<std::string> more_;
  bool frozen_ = false;
  std::string log_;
  int deliveries_ = 0;
  std::unique_ptr<Process> process_;
};

}  // namespace prow_coverage::testing
