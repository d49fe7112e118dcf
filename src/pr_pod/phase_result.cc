#include "prow_coverage/pr_pod/phase_result.h"

#include "prow_coverage/json/document.h"
#include "prow_coverage/pr_pod/phase.h"

#include "text.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr std::size_t kMaxMessage = 4096;  // Kubernetes keeps no more of it

std::string ExitWords(const ContainerState& container) {
  const std::string reason = container.reason.empty() ? "" : " (" + container.reason + ")";
  return "exit code " + std::to_string(container.exit_code) + reason;
}

PhaseResult OfTerminated(const ContainerState& container) {
  const auto told = ParsePhaseResult(container.message);
  PhaseResult result;
  const bool is_told = told && told->phase == container.name;
  if (is_told) result = *told;
  result.phase = container.name;
  if (container.exit_code != 0) {
    result.state = PhaseResult::State::kFailed;
    if (!is_told) result.summary = ExitWords(container);
  } else if (!is_told) {
    result.state = PhaseResult::State::kPassed;
    result.summary = "left no result";
  }
  return result;
}

PhaseResult OfContainer(const ContainerState& container) {
  if (container.phase == ContainerState::Phase::kTerminated) return OfTerminated(container);
  PhaseResult result;
  result.phase = container.name;
  result.details = "{}";
  if (container.phase == ContainerState::Phase::kRunning) {
    result.state = PhaseResult::State::kRunning;
  }
  return result;
}

}  // namespace

Result<PhaseResult> ParsePhaseResult(const std::string& message) {
  if (message.size() > kMaxMessage) {
    return Error{ErrorCode::kInvalidArgument, "a phase's result is over 4 KiB", {}};
  }
  const auto document = json::Document::Parse(message);
  if (!document) return document.error();
  const json::Value root = document->root();
  const auto phase = root.String("phase");
  if (!phase) return phase.error();
  const auto ok = root.Bool("ok");
  if (!ok) return ok.error();
  const auto summary = root.String("summary");
  if (!summary) return summary.error();
  const auto details = root.Object("details");
  if (!details) return details.error();
  return PhaseResult{std::string(*phase),
                     *ok ? PhaseResult::State::kPassed : PhaseResult::State::kFailed,
                     Printable(*summary), details->Text()};
}

std::vector<PhaseResult> PhaseResults(const PodState& pod) {
  std::vector<PhaseResult> results;
  for (const Phase& phase : Phases()) {
    const ContainerState* container = pod.Find(phase.name);
    if (container != nullptr) results.push_back(OfContainer(*container));
  }
  return results;
}

std::string_view ToString(PhaseResult::State state) {
  switch (state) {
    case PhaseResult::State::kNotReached:
      return "not reached";
    case PhaseResult::State::kRunning:
      return "running";
    case PhaseResult::State::kPassed:
      return "passed";
    case PhaseResult::State::kFailed:
      return "failed";
  }
  return "";
}

}  // namespace prow_coverage::pr_pod
