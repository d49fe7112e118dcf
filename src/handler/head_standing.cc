#include "prow_coverage/handler/head_standing.h"

#include <algorithm>
#include <iterator>

#include "prow_coverage/handler/reason.h"
#include "prow_coverage/json/document.h"
#include "prow_coverage/prow/prow_job.h"

#include "existing_job.h"

namespace prow_coverage::handler {
namespace {

using Kind = HeadDeliveries::Kind;

// What a delivery can end with that answers its head for good. The other ends tell of the moment:
// the head was not the head then, the pull request was closed, the repository not configured.
struct Answer {
  Reason reason;
  Kind kind;
};

constexpr Answer kAnswers[] = {{Reason::kJobCreated, Kind::kAnswered},
                               {Reason::kJobExists, Kind::kAnswered},
                               {Reason::kJobFinished, Kind::kAnswered},
                               {Reason::kNoGoChanges, Kind::kNeedsNone},
                               {Reason::kCommitGone, Kind::kNeedsNone}};

Kind AnswerOf(std::string_view reason) {
  const auto row =
      std::find_if(std::begin(kAnswers), std::end(kAnswers),
                   [&](const Answer& answer) { return Info(answer.reason).name == reason; });
  return row == std::end(kAnswers) ? Kind::kNone : row->kind;
}

Kind KindOf(const inbox::Sighting& delivery) {
  switch (delivery.state) {
    case inbox::State::kDone:
      return AnswerOf(delivery.reason);
    case inbox::State::kDead:
      return Kind::kGivenUp;
    case inbox::State::kReceived:
    case inbox::State::kDecided:
    case inbox::State::kCreated:
      return Kind::kInWork;
  }
  return Kind::kInWork;
}

std::string HeadKey(std::string_view org, std::string_view repo, std::int64_t number,
                    std::string_view sha) {
  return std::string(org) + "/" + std::string(repo) + "#" + std::to_string(number) + "@" +
         std::string(sha);
}

Result<std::string> HeadKeyOf(const json::Value& job) {
  const auto name = job.String("spec.job");
  if (!name) return name.error();
  if (*name != prow::kJobName) return Error{ErrorCode::kInvalidArgument, "another job", {}};
  const auto org = job.String("spec.refs.org");
  if (!org) return org.error();
  const auto repo = job.String("spec.refs.repo");
  if (!repo) return repo.error();
  std::string key;
  const auto read = job.ForEach("spec.refs.pulls", [&](const json::Value& pull) -> Result<void> {
    const auto number = pull.Integer("number");
    if (!number) return number.error();
    const auto sha = pull.String("sha");
    if (!sha) return sha.error();
    key = HeadKey(*org, *repo, *number, *sha);
    return {};
  });
  if (!read) return read.error();
  return key;
}

struct StatusName {
  HeadStatus status;
  std::string_view text;
};

constexpr StatusName kStatusNames[] = {
    {HeadStatus::kNotAsked, "status not asked"},
    {HeadStatus::kNone, "no status"},
    {HeadStatus::kPending, "status pending"},
    {HeadStatus::kFinal, "final status"},
};

std::string DescribeDeliveries(const HeadDeliveries& deliveries) {
  if (deliveries.returned) return "delivered before, then another head";
  if (deliveries.newest_id == 0) return "no delivery";
  return deliveries.kind == Kind::kNone ? "delivered without an answer" : "delivered before";
}

std::string DescribeJobs(const HeadJobs& jobs) {
  if (jobs.live) return "a job";
  if (jobs.aborted == 0) return "no job";
  return std::to_string(jobs.aborted) + (jobs.aborted == 1 ? " job" : " jobs") + " aborted";
}

}  // namespace

HeadDeliveries ReadDeliveries(std::span<const inbox::Sighting> deliveries,
                              std::string_view head_sha) {
  HeadDeliveries head;
  bool in_work = false;
  for (const auto& delivery : deliveries) {
    if (delivery.head_sha != head_sha) {
      // One without a head (a payload that could not be read) says nothing about the order.
      if (head.newest_id != 0 && !delivery.head_sha.empty()) head.returned = true;
      continue;
    }
    head.newest_id = delivery.id;
    const Kind kind = KindOf(delivery);
    if (kind == Kind::kInWork) in_work = true;
    if (kind == Kind::kNone) continue;
    head.kind = kind;
    head.returned = false;
  }
  if (in_work) head.kind = Kind::kInWork;
  return head;
}

void JobsByHead::Add(std::string_view object) {
  const auto document = json::Document::Parse(object);
  if (!document) return;
  const auto key = HeadKeyOf(document->root());
  if (!key) return;
  const ExistingJob job = ReadExistingJob(document->root());
  const bool aborted = job.phase == ExistingJob::Phase::kAborted;
  const WallTime start = job.start_time.value_or(WallTime());
  Known& known = jobs_[*key];
  if (aborted) ++known.jobs.aborted;
  if (start < known.newest) return;
  // Of two that began at once one that lives counts.
  known.jobs.live = !aborted || (start == known.newest && known.jobs.live);
  known.newest = start;
}

HeadJobs JobsByHead::For(const PullRequest& pull) const {
  const auto found = jobs_.find(HeadKey(pull.org, pull.repo, pull.number, pull.head_sha));
  return found == jobs_.end() ? HeadJobs() : found->second.jobs;
}

HeadStatus ReadStatuses(std::span<const github::CommitStatus> statuses) {
  for (const auto& status : statuses) {
    if (status.context != prow::kJobName) continue;
    return status.state == github::CommitState::kPending ? HeadStatus::kPending
                                                         : HeadStatus::kFinal;
  }
  return HeadStatus::kNone;
}

Standing Judge(const HeadEvidence& evidence) {
  const HeadDeliveries& deliveries = evidence.deliveries;
  if (deliveries.kind == Kind::kInWork) return Standing::kInWork;
  if (evidence.jobs.live) return Standing::kAnswered;
  if (deliveries.kind == Kind::kGivenUp) return Standing::kGivenUp;
  // Jobs that have ended are removed from the cluster after some days, so an answered head needs
  // none; unless it is known to be aborted, or may have been: a newer head's job aborts it. One
  // that stays pending has lost its job, and whoever should have told that.
  const bool undone = evidence.jobs.aborted > 0 || deliveries.returned;
  if (deliveries.kind == Kind::kNeedsNone && !undone) return Standing::kAnswered;
  const bool answered = deliveries.kind == Kind::kAnswered && !undone;
  switch (evidence.status) {
    case HeadStatus::kNotAsked:
      return Standing::kAskStatus;
    case HeadStatus::kFinal:
      return Standing::kAnswered;
    case HeadStatus::kNone:
      return answered ? Standing::kAnswered : Standing::kUnanswered;
    case HeadStatus::kPending:
      return answered && !evidence.waited ? Standing::kAnswered : Standing::kUnanswered;
  }
  return Standing::kAskStatus;
}

std::string Describe(const HeadEvidence& evidence) {
  const auto status = std::find_if(std::begin(kStatusNames), std::end(kStatusNames),
                                   [&](const auto& row) { return row.status == evidence.status; });
  return DescribeDeliveries(evidence.deliveries) + ", " + DescribeJobs(evidence.jobs) + ", " +
         std::string(status->text);
}

}  // namespace prow_coverage::handler
