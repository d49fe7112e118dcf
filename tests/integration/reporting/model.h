#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "history.h"
#include "replica.h"
#include "support/world.h"

namespace prow_coverage::testing {

// What people do to pull requests and what befalls the daemon, the cluster and GitHub, at random;
// beside it what must have come of all that. Every step follows from the seed; how far the daemon
// has come meanwhile does not.
class Model {
 public:
  Model(World& world, std::vector<Replica*> replicas, std::uint32_t seed, bool gate = false);

  // One random step about pull requests, jobs, faults and watches, and a moment's rest. What is
  // changed while no replica runs is delivered by DeliverRest.
  void Step();

  // Webhooks that found nobody.
  void DeliverRest();

  // No more faults, every pod comes to its end, and the daemon to rest.
  void Settle();

  // Every open head that was delivered has its final status, and all came in order.
  void ExpectAllTold();

  History& history() { return history_; }
  std::mt19937& random() { return random_; }
  // Up to `most`, at random.
  std::uint32_t Below(std::uint32_t most) { return random_() % most; }
  [[nodiscard]] std::string Describe() const;

 private:
  struct Pull {
    int number;
    std::string head;
    bool open = true;
    // Heads that GitHub still knows. Not those that somebody ran again: their first job's result,
    // which a push back finds, need not be what stands.
    std::vector<std::string> former;
    std::vector<std::string> undelivered;
  };

  void Open();
  void Push(Pull& pull);
  void ForcePush(Pull& pull);
  void PushBack(Pull& pull);
  void CloseOrReopen(Pull& pull);
  void DeliverAgain(Pull& pull);
  // What people do to the newest job of a head in Deck.
  void RunAgain(Pull& pull);
  void Abort(Pull& pull);
  void PlanJob(const Pull& pull);
  void Fault();
  void DisturbWatches();

  nlohmann::json NewestJob(const Pull& pull);  // null when there is none
  void MoveHead(Pull& pull, const std::string& sha);
  void Tell(Pull& pull, const std::string& action, int times = 1);
  Replica* SomeReplica();
  Pull& SomePull() { return pulls_[Below(static_cast<std::uint32_t>(pulls_.size()))]; }
  std::string FreshSha();
  bool IsSettled();

  World& world_;
  const std::vector<Replica*> replicas_;
  std::mt19937 random_;
  History history_;
  std::vector<Pull> pulls_;
  int shas_ = 0;
  int steps_ = 0;
  int reruns_ = 0;
};

}  // namespace prow_coverage::testing
