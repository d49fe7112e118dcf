#pragma once

#include <span>
#include <string_view>

namespace prow_coverage::handler {

// Why a delivery ended, or waits, as it does. A closed set: the same names stand in logs, in the
// metric prow_coverage_decisions_total, in the inbox and in docs/decisions.md.
enum class Reason {
  kEventNotHandled,
  kActionNotHandled,
  kRepositoryNotConfigured,
  kDuplicateDelivery,
  kConflictingRedelivery,
  kReconciled,
  kMalformedEvent,
  kNoGoChanges,
  kHeadMoved,
  kPullRequestClosed,
  kPullRequestReopened,
  kJobAborted,
  kJobCreated,
  kJobExists,
  kJobFinished,
  kCommitGone,
  kWaitingForGitHub,
  kWaitingForKubernetes,
  kWaitingForAccess,
  kWaitingForInbox,
  kInvalidJobConfig,
  kRefusedByGitHub,
  kRefusedByKubernetes,
  kTooManyAttempts,
  kTooOld,
};

// What follows from a decision.
enum class Verdict { kIgnore, kRun, kWait, kGiveUp };

struct ReasonInfo {
  Reason reason;
  Verdict verdict;
  std::string_view name;
  std::string_view sentence;
};

// All of them, in the order of the enum.
[[nodiscard]] std::span<const ReasonInfo> Reasons();

[[nodiscard]] const ReasonInfo& Info(Reason reason);

}  // namespace prow_coverage::handler
