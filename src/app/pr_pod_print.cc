#include "pr_pod_print.h"

#include <cstdio>

namespace prow_coverage::app {

int PrPodFail(const std::string& message) {
  std::fprintf(stderr, "prow-coverage pr-pod: %s\n", message.c_str());
  return 1;
}

void PrPodSay(const std::string& line) {
  std::printf("%s\n", line.c_str());
  std::fflush(stdout);
}

void PrintPhases(const std::vector<pr_pod::PhaseResult>& phases) {
  for (const auto& phase : phases) {
    std::printf("  %-10s %-12s %s\n", phase.phase.c_str(),
                std::string(pr_pod::ToString(phase.state)).c_str(), phase.summary.c_str());
  }
}

int PrintVerdict(const pr_pod::Verdict& verdict) {
  PrintPhases(verdict.phases);
  PrPodSay(verdict.words);
  return verdict.ok ? 0 : 1;
}

}  // namespace prow_coverage::app
