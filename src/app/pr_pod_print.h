#pragma once

#include <string>
#include <vector>

#include "prow_coverage/pr_pod/follow.h"

namespace prow_coverage::app {

// Prints "prow-coverage pr-pod: …" on stderr; answers 1.
int PrPodFail(const std::string& message);

// A line of news on stdout, at once.
void PrPodSay(const std::string& line);

// One row for each phase.
void PrintPhases(const std::vector<pr_pod::PhaseResult>& phases);

// The phases and the sentence; answers the exit code.
int PrintVerdict(const pr_pod::Verdict& verdict);

}  // namespace prow_coverage::app
