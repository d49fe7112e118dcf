#include "prow_coverage/handler/reason.h"

#include <cstddef>
#include <iterator>

namespace prow_coverage::handler {
namespace {

constexpr ReasonInfo kReasons[] = {
    {Reason::kEventNotHandled, Verdict::kIgnore, "event_not_handled",
     "Only pull_request events lead to a coverage job."},
    {Reason::kActionNotHandled, Verdict::kIgnore, "action_not_handled",
     "Only the actions opened, synchronize, reopened and closed are of interest."},
    {Reason::kRepositoryNotConfigured, Verdict::kIgnore, "repository_not_configured",
     "The job configuration does not list this repository."},
    {Reason::kDuplicateDelivery, Verdict::kIgnore, "duplicate_delivery",
     "A delivery with this GUID is being worked on or has been."},
    {Reason::kConflictingRedelivery, Verdict::kIgnore, "conflicting_redelivery",
     "A delivery with this GUID but another body is stored, so this one was refused."},
    {Reason::kReconciled, Verdict::kRun, "reconciled",
     "This open head had no answer, so it is worked on as if its webhook had arrived."},
    {Reason::kMalformedEvent, Verdict::kGiveUp, "malformed_event",
     "The payload lacks what a job needs, or holds something implausible."},
    {Reason::kNoGoChanges, Verdict::kIgnore, "no_go_changes",
     "No changed file is Go code or a module file in a coverage directory."},
    {Reason::kHeadMoved, Verdict::kIgnore, "head_moved",
     "The pull request has a newer head, whose own event leads to the job."},
    {Reason::kPullRequestClosed, Verdict::kIgnore, "pull_request_closed",
     "The pull request is no longer open."},
    {Reason::kPullRequestReopened, Verdict::kIgnore, "pull_request_reopened",
     "The pull request was closed and is open again; its job goes on."},
    {Reason::kJobAborted, Verdict::kIgnore, "job_aborted",
     "The pull request was closed; the job of its head, which was still running, is aborted."},
    {Reason::kJobCreated, Verdict::kRun, "job_created", "A ProwJob was created for this head."},
    {Reason::kJobExists, Verdict::kRun, "job_exists",
     "The ProwJob of this head was there already: a redelivery, a second replica or a restart."},
    {Reason::kJobFinished, Verdict::kRun, "job_finished",
     "The ProwJob of this head was there already and has ended; its result stands."},
    {Reason::kCommitGone, Verdict::kIgnore, "commit_gone",
     "GitHub does not know the head commit any more, so no status can be set on it."},
    {Reason::kWaitingForGitHub, Verdict::kWait, "waiting_for_github",
     "GitHub did not answer as it should; the work is tried again later."},
    {Reason::kWaitingForKubernetes, Verdict::kWait, "waiting_for_kubernetes",
     "The Kubernetes API did not answer as it should; the work is tried again later."},
    {Reason::kWaitingForAccess, Verdict::kWait, "waiting_for_access",
     "GitHub shows no such pull request: the credential may not see the repository, or it is gone; "
     "the work is tried again later."},
    {Reason::kWaitingForInbox, Verdict::kWait, "waiting_for_inbox",
     "The inbox is out of order; the work is tried again later."},
    {Reason::kInvalidJobConfig, Verdict::kGiveUp, "invalid_job_configuration",
     "The job configuration of this repository yields a job that cannot run."},
    {Reason::kRefusedByGitHub, Verdict::kGiveUp, "refused_by_github",
     "GitHub refused the request for good."},
    {Reason::kRefusedByKubernetes, Verdict::kGiveUp, "refused_by_kubernetes",
     "The Kubernetes API refused the ProwJob for good."},
    {Reason::kTooManyAttempts, Verdict::kGiveUp, "too_many_attempts",
     "Every job of this head was aborted while it was still wanted."},
    {Reason::kTooOld, Verdict::kGiveUp, "too_old", "The work did not succeed within --max-age."},
};

constexpr bool TableIsInOrder() {
  for (std::size_t i = 0; i < std::size(kReasons); ++i) {
    if (kReasons[i].reason != static_cast<Reason>(i)) return false;
  }
  return static_cast<std::size_t>(Reason::kTooOld) + 1 == std::size(kReasons);
}
static_assert(TableIsInOrder(), "kReasons is indexed by Reason");

}  // namespace

std::span<const ReasonInfo> Reasons() { return kReasons; }

const ReasonInfo& Info(Reason reason) { return kReasons[static_cast<std::size_t>(reason)]; }

}  // namespace prow_coverage::handler
