#include "support/pull_requests.h"

#include <algorithm>
#include <cstdio>

#include "support/temp_dir.h"

namespace prow_coverage::testing {

std::string HeadSha(int number) {
  char text[41];
  std::snprintf(text, sizeof text, "%040x", static_cast<unsigned>(number));
  return text;
}

void PutPulls(World& world, int first, int last) {
  constexpr int kBatch = 500;
  for (; first <= last; first += kBatch) {
    auto batch = nlohmann::json::array();
    for (int number = first; number < first + kBatch && number <= last; ++number) {
      batch.push_back({{"org", "kubevirt"},
                       {"repo", "project-infra"},
                       {"number", number},
                       {"head_sha", HeadSha(number)},
                       {"files", {"robots/a.go"}}});
    }
    world.GitHub("PUT", "/_sandbox/pulls", batch);
  }
}

std::string OpenedPayload(int number) {
  static const auto recorded = nlohmann::json::parse(TestData("payloads/pull_request.opened.json"));
  auto payload = recorded;
  payload["number"] = number;
  payload["pull_request"]["number"] = number;
  payload["pull_request"]["head"]["sha"] = HeadSha(number);
  return payload.dump();
}

}  // namespace prow_coverage::testing
