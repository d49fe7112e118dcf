#pragma once

#include <memory>
#include <optional>
#include <string>

#include "prow_coverage/base/task.h"
#include "prow_coverage/handler/coverage_dirs.h"
#include "prow_coverage/handler/failure.h"
#include "prow_coverage/handler/handler.h"
#include "prow_coverage/handler/reason.h"
#include "prow_coverage/inbox/delivery.h"
#include "prow_coverage/webhook/event.h"

#include "trace.h"

namespace prow_coverage::handler {

// How one piece of work on a delivery came out.
struct Outcome {
  Reason reason = Reason::kNoGoChanges;
  std::string detail;          // the sentence's particulars: the deciding file, the error, the job
  std::optional<Error> error;  // of an outcome that waits or is given up
  bool alert = false;
};

[[nodiscard]] Outcome Because(Reason reason, std::string detail);

// One piece of work on one delivery, from what the inbox knows to an Outcome. Writes to Kubernetes
// and GitHub; what is recorded of it, its caller records at the end.
class PieceOfWork {
 public:
  // Drops the delivery's body once it is read: a thousand may wait for GitHub side by side.
  PieceOfWork(const HandlerDeps& deps, const HandlerOptions& options, inbox::Delivery& delivery);

  Task<Outcome> Run();

  // How far it has come, whatever the outcome: kReceived, kDecided or kCreated.
  [[nodiscard]] inbox::State reached() const { return reached_; }
  [[nodiscard]] const std::string& job_name() const { return job_name_; }
  [[nodiscard]] Trace& trace() { return trace_; }

 private:
  Task<Outcome> Decide();
  // The pull request was closed: what still runs for its head is not wanted any more.
  Task<Outcome> AbortJobs();
  // nullopt: there is no such attempt. Answers the state that it was found in, "" when it was
  // aborted now.
  Task<Result<std::optional<std::string>>> AbortAttempt(std::string name);
  Task<Outcome> BelieveNo(FileVerdict verdict);
  Task<Outcome> CreateJob();
  // nullopt: the head is still the event's, and open.
  Task<std::optional<Outcome>> HeadIsGone();
  Task<std::string> BaseSha();
  Task<Outcome> CreateAttempt(int attempt, std::string base_sha);
  Task<Outcome> MeetExisting(int attempt, std::string base_sha);
  // Whether the head's newest job, whatever its name, was aborted: what has ended before it is no
  // answer any more, since a person had it run again.
  Task<Result<bool>> NewestIsAborted();
  Task<Outcome> SetPending(Outcome created);

  [[nodiscard]] Outcome Failed(Error error, Remote remote) const;

  const HandlerDeps& deps_;
  const HandlerOptions& options_;
  inbox::Delivery& delivery_;
  const std::shared_ptr<const Settings> settings_;
  const config::JobConfig* job_ = nullptr;  // lives in settings_
  webhook::PullRequestEvent event_;
  inbox::State reached_;
  std::string job_name_;
  Trace trace_;
};

}  // namespace prow_coverage::handler
