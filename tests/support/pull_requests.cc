#include "support/pull_requests.h"

#include <cstdio>

#include "support/temp_dir.h"

namespace prow_coverage::testing {
namespace {

constexpr int kAny = 987654321;  // occurs nowhere else in the payload

std::string ReplaceAll(std::string text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
  }
  return text;
}

}  // namespace

std::string HeadSha(int number) {
  char text[41];
  std::snprintf(text, sizeof text, "%040x", static_cast<unsigned>(number));
  return text;
}

void PutPulls(World& world, int first, int last) {
  constexpr int kBatchSize = 500;
  for (; first <= last; first += kBatchSize) {
    auto batch = nlohmann::json::array();
    for (int number = first; number < first + kBatchSize && number <= last; ++number) {
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
  // Rendered once: thousands are asked for.
  static const std::string any = [] {
    auto payload = nlohmann::json::parse(TestData("payloads/pull_request.opened.json"));
    payload["number"] = kAny;
    payload["pull_request"]["number"] = kAny;
    payload["pull_request"]["head"]["sha"] = HeadSha(kAny);
    return payload.dump();
  }();
  return ReplaceAll(ReplaceAll(any, HeadSha(kAny), HeadSha(number)), std::to_string(kAny),
                    std::to_string(number));
}

}  // namespace prow_coverage::testing
