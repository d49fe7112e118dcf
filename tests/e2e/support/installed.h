#pragma once

#include <functional>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "support/manifests.h"

namespace prow_coverage::e2e {

struct Installed {
  Variant variant;
  Manifests manifests;
};

// Every variant as the API server has stored it; installed once in a process.
const std::vector<Installed>& InstalledVariants();

// What looks at each of them.
class InstalledTest : public ::testing::Test {
 protected:
  static void ForEach(const std::function<void(const Variant&, const Manifests&)>& check);

  Cluster cluster_;
};

const json& PodSpec(const Manifests& manifests);
const json& Container(const Manifests& manifests);
// The container's arguments, each split into a flag's name and its value.
std::vector<std::pair<std::string, std::string>> Flags(const Manifests& manifests);
// The value of --name, "" when it is not there.
std::string Flag(const Manifests& manifests, const std::string& name);
std::set<std::string> Keys(const json& object);

}  // namespace prow_coverage::e2e
