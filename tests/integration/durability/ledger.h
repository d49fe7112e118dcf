#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/delivery_stream.h"
#include "support/world.h"

namespace prow_coverage::testing {

// What has become of all deliveries, as the inbox, Kubernetes and GitHub tell it.
class Ledger {
 public:
  // Reads all three.
  Ledger(World& world, const std::string& inbox);

  // Every acknowledged delivery has ended well, with exactly one ProwJob and a pending status that
  // links to it; nothing exists that was never sent.
  void ExpectKept(const std::map<std::string, DeliveryStream::Sent>& sent) const;

  // A GUID whose job was created before a kill that its record did not survive; "" when there was
  // none.
  std::string SomeCutOff() const;

  // Counts, for people.
  std::string Describe(const std::map<std::string, DeliveryStream::Sent>& sent) const;

 private:
  void ExpectDeliveries(const std::map<std::string, DeliveryStream::Sent>& sent) const;
  void ExpectJobs(const std::map<std::string, DeliveryStream::Sent>& sent) const;
  void ExpectStatuses() const;

  std::map<std::string, nlohmann::json> deliveries_;          // by GUID
  std::map<std::string, std::vector<nlohmann::json>> jobs_;   // by head
  std::map<std::string, std::vector<nlohmann::json>> posts_;  // statuses by head
};

// Waits until no delivery is in work; false when that never came.
bool AwaitRest(const std::string& inbox, std::chrono::seconds patience = std::chrono::seconds(30));

// Runs `prow-coverage deliveries …` on `inbox`: exit code and everything it printed.
std::pair<int, std::string> AskDeliveries(const std::string& inbox,
                                          std::vector<std::string> arguments);

}  // namespace prow_coverage::testing
