#include "prow_coverage/pr_pod/start.h"

#include <string_view>
#include <utility>

#include "prow_coverage/json/document.h"
#include "prow_coverage/pr_pod/objects.h"

#include "metadata.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr std::chrono::milliseconds kPollInterval{200};
constexpr int kMaxPolls = 150;  // half a minute for what is being deleted to be gone

// What a person can do about an error of the API server.
Error WithAdvice(Error error, const Plan& plan) {
  if (error.message.find("being terminated") != std::string::npos) {
    error.message += ": namespace " + plan.ns +
                     " is going away; wait, or choose another with "
                     "--namespace";
  } else if (error.code == ErrorCode::kNotFound) {
    error.message += ": create it with `kubectl create namespace " + plan.ns +
                     "`, or choose another with --namespace";
  }
  return error;
}

Error NotOurs(const Object& object) {
  return {ErrorCode::kAlreadyExists,
          object.kind + " " + object.name +
              " exists and was not made by pr-pod: it is left alone; "
              "take another name (--name, --secret-name, --unique)",
          {}};
}

Error StillRunning(const JobState& job) {
  return {ErrorCode::kAlreadyExists,
          "Job " + job.name + " is running for " + job.target +
              ": follow it with `pr-pod logs -f`, remove it with `pr-pod clean`, or run another "
              "beside it with --unique",
          {}};
}

// Owner's uid and whether the labels are ours, of any object.
struct Ownership {
  std::string uid;
  std::string owner;
  bool ours = false;
};

Result<Ownership> ReadOwnership(const std::string& json) {
  const auto document = json::Document::Parse(json);
  if (!document) return document.error();
  const json::Value root = document->root();
  Ownership ownership;
  ownership.uid = root.OptionalString("metadata.uid").value_or("");
  const auto each_label = [&](std::string_view key, const json::Value& value) -> Result<void> {
    ownership.ours |= key == kManagedByLabel && value.OptionalString("") == kManagedBy;
    return {};
  };
  (void)root.ForEachMember("metadata.labels", each_label);
  const auto each_owner = [&](const json::Value& owner) -> Result<void> {
    ownership.owner = owner.OptionalString("uid").value_or("");
    return {};
  };
  (void)root.ForEach("metadata.ownerReferences", each_owner);
  return ownership;
}

class Starter {
 public:
  Starter(kube::Client& kube, Clock& clock, const Plan& plan, const std::string& token)
      : kube_(kube), clock_(clock), plan_(plan), token_(token) {}

  Task<Result<JobState>> Start() {
    Result<void> free = co_await MakeRoom();
    if (!free) co_return WithAdvice(free.error(), plan_);
    Result<JobState> job = co_await CreateJob();
    if (!job) co_return WithAdvice(job.error(), plan_);
    Result<void> completed = co_await CreateDependents(job->uid);
    if (completed) completed = co_await Resume();
    if (completed) co_return job;
    const kube::Resource jobs = Jobs(plan_.ns);
    Result<void> undone = co_await kube_.Delete(jobs, job->name, job->uid);
    Error error = WithAdvice(completed.error(), plan_);
    if (!undone) error.message += "; and the Job could not be deleted: " + undone.error().message;
    co_return error;
  }

 private:
  // No Job of our name is left: one that has ended or was never resumed is deleted.
  Task<Result<void>> MakeRoom() {
    const kube::Resource jobs = Jobs(plan_.ns);
    std::string deleted;
    for (int poll = 0; poll < kMaxPolls; ++poll) {
      Result<std::string> found = co_await kube_.Get(jobs, plan_.names.job);
      if (!found && found.error().code == ErrorCode::kNotFound) co_return Result<void>();
      if (!found) co_return found.error();
      Result<JobState> job = ReadJob(*found);
      if (!job) co_return job.error();
      if (!job->ours) co_return NotOurs(RenderJob(plan_));
      if (job->phase == JobState::Phase::kRunning && job->uid != deleted) {
        co_return StillRunning(*job);
      }
      if (job->uid != deleted) {
        deleted = job->uid;
        Result<void> done = co_await kube_.Delete(jobs, job->name, job->uid);
        if (!done && done.error().code != ErrorCode::kNotFound) co_return done;
      } else {
        co_await clock_.SleepFor(kPollInterval);
      }
    }
    co_return Error{ErrorCode::kUnavailable, "the Job of the last run is not going away", {}};
  }

  Task<Result<JobState>> CreateJob() {
    const Object job = RenderJob(plan_);
    Result<std::string> created = co_await kube_.Create(job.resource, job.json);
    if (!created && created.error().code == ErrorCode::kAlreadyExists) {
      // A request that was answered too late is sent again: then the Job is our own.
      const Error conflict = created.error();
      created = co_await kube_.Get(job.resource, job.name);
      Result<JobState> there = created ? ReadJob(*created) : created.error();
      if (!there || there->run_id != plan_.run_id) co_return conflict;
    }
    if (!created) co_return created.error();
    co_return ReadJob(*created);
  }

  Task<Result<void>> CreateDependents(const std::string& uid) {
    const std::vector<Object> objects = RenderDependents(plan_, token_, uid);
    for (const Object& object : objects) {
      Result<void> created = co_await CreateOwned(object, uid);
      if (!created) co_return created;
    }
    co_return Result<void>();
  }

  // What an earlier run has left of that name goes first; the cluster may be about to remove it.
  Task<Result<void>> CreateOwned(const Object& object, const std::string& uid) {
    for (int poll = 0; poll < kMaxPolls; ++poll) {
      Result<std::string> created = co_await kube_.Create(object.resource, object.json);
      if (created) co_return Result<void>();
      if (created.error().code != ErrorCode::kAlreadyExists) co_return created.error();
      Result<std::string> there = co_await kube_.Get(object.resource, object.name);
      if (!there && there.error().code != ErrorCode::kNotFound) co_return there.error();
      if (there) {
        Result<Ownership> ownership = ReadOwnership(*there);
        if (!ownership) co_return ownership.error();
        if (ownership->owner == uid) co_return Result<void>();
        if (!ownership->ours) co_return NotOurs(object);
        Result<void> deleted = co_await kube_.Delete(object.resource, object.name, ownership->uid);
        const bool gone = !deleted && (deleted.error().code == ErrorCode::kNotFound ||
                                       deleted.error().code == ErrorCode::kConflict);
        if (!deleted && !gone) co_return deleted;
      }
      if (poll > 0) co_await clock_.SleepFor(kPollInterval);
    }
    co_return Error{ErrorCode::kUnavailable,
                    object.kind + " " + object.name + " of the last run is not going away",
                    {}};
  }

  Task<Result<void>> Resume() {
    const kube::Resource jobs = Jobs(plan_.ns);
    const std::string patch = R"({"spec":{"suspend":false}})";
    Result<std::string> resumed =
        co_await kube_.Patch(jobs, plan_.names.job, kube::PatchType::kMerge, patch);
    if (!resumed) co_return resumed.error();
    co_return Result<void>();
  }

  kube::Client& kube_;
  Clock& clock_;
  const Plan& plan_;
  const std::string& token_;
};

}  // namespace

Task<Result<JobState>> Start(kube::Client& kube, Clock& clock, const Plan& plan,
                             const std::string& token) {
  Starter starter(kube, clock, plan, token);
  Result<JobState> started = co_await starter.Start();
  co_return started;
}

}  // namespace prow_coverage::pr_pod
