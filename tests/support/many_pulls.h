#pragma once

#include <algorithm>
#include <cstdio>
#include <string>

#include <nlohmann/json.hpp>

#include "support/world.h"

namespace prow_coverage::testing {

// The head that pull request `number` has in PutPulls.
inline std::string HeadSha(int number) {
  char text[41];
  std::snprintf(text, sizeof text, "%040x", static_cast<unsigned>(number));
  return text;
}

// Makes `count` pull requests of kubevirt/project-infra, numbers from `first` on, each with a Go
// file.
inline void PutPulls(World& world, int first, int count) {
  constexpr int kBatch = 500;
  for (int begin = first; begin < first + count; begin += kBatch) {
    auto batch = nlohmann::json::array();
    for (int number = begin; number < std::min(begin + kBatch, first + count); ++number) {
      batch.push_back({{"org", "kubevirt"},
                       {"repo", "project-infra"},
                       {"number", number},
                       {"head_sha", HeadSha(number)},
                       {"files", {"robots/a.go"}}});
    }
    world.GitHub("PUT", "/_sandbox/pulls", batch);
  }
}

}  // namespace prow_coverage::testing
