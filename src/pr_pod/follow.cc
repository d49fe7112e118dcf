#include "prow_coverage/pr_pod/follow.h"

#include <optional>
#include <set>
#include <string_view>
#include <utility>

#include "prow_coverage/pr_pod/phase.h"

#include "container_log.h"
#include "log_lines.h"
#include "metadata.h"

namespace prow_coverage::pr_pod {
namespace {

constexpr int kMaxEvents = 100;
// Every phase says something, but the kubelet may tell that a container has ended before it has its
// log to show.
constexpr int kMaxEmptyLogs = 7;

std::string Redacted(std::string line, const std::string& secret) {
  if (secret.empty()) return line;
  for (auto at = line.find(secret); at != std::string::npos; at = line.find(secret)) {
    line.replace(at, secret.size(), "<token>");
  }
  return line;
}

bool IsOver(const JobState& job) {
  return job.phase == JobState::Phase::kComplete || job.phase == JobState::Phase::kFailed;
}

bool HasBegun(const ContainerState* container) {
  return container != nullptr && container->phase != ContainerState::Phase::kWaiting;
}

Verdict Judge(const JobState& job, const std::optional<PodState>& pod) {
  Verdict verdict;
  verdict.ok = job.phase == JobState::Phase::kComplete;
  if (pod) verdict.phases = PhaseResults(*pod);
  if (verdict.ok) {
    verdict.words = "the Job has succeeded";
    return verdict;
  }
  verdict.words = "the Job has failed";
  for (const PhaseResult& phase : verdict.phases) {
    if (phase.state != PhaseResult::State::kFailed) continue;
    verdict.words += " in phase " + phase.phase + ": " + phase.summary;
    return verdict;
  }
  verdict.words += ": " + (job.reason.empty() ? "for no reason that is told" : job.reason);
  if (!job.message.empty()) verdict.words += " (" + job.message + ")";
  return verdict;
}

class Follower {
 public:
  using Print = std::function<void(const std::string&)>;

  Follower(kube::Client& kube, Clock& clock, FollowOptions options, Print print)
      : kube_(kube), clock_(clock), options_(std::move(options)), print_(std::move(print)) {}

  Task<Result<Verdict>> Run() {
    last_answer_ = began_ = clock_.Monotonic();
    for (;;) {
      Result<void> seen = co_await Look();
      if (!seen && !Bearable(seen.error())) co_return seen.error();
      if (seen) {
        const bool streamed = co_await StreamNext();
        if (streamed) continue;
        if (IsOver(job_)) co_return Judge(job_, pod_);
        if (!HasStarted() && clock_.Monotonic() - began_ > options_.start_patience) {
          co_return NotStarted();
        }
      }
      co_await clock_.SleepFor(options_.interval);
    }
  }

 private:
  // What the API server says now.
  Task<Result<void>> Look() {
    const kube::Resource jobs = Jobs(options_.ns);
    Result<std::string> found = co_await kube_.Get(jobs, options_.job);
    if (!found) co_return found.error();
    Result<JobState> job = ReadJob(*found);
    if (!job) co_return job.error();
    if (!options_.uid.empty() && job->uid != options_.uid) {
      co_return Error{ErrorCode::kNotFound, "the Job was deleted and another made of its name", {}};
    }
    job_ = std::move(*job);
    options_.uid = job_.uid;
    Result<PodState> pod = co_await FindPod(kube_, options_.ns, job_.uid);
    if (!pod && pod.error().code != ErrorCode::kNotFound) co_return pod.error();
    pod_is_gone_ = !pod && pod_.has_value();
    if (pod) Adopt(std::move(*pod));
    last_answer_ = clock_.Monotonic();
    if (unreachable_) print_("the API server answers again");
    unreachable_ = false;
    if (!HasStarted() && !IsOver(job_)) co_await TellWarnings();
    if (!options_.builder.empty() && !IsOver(job_)) co_await TellBuilder();
    co_return Result<void>();
  }

  void Adopt(PodState pod) {
    if (!pod_ || pod_->name != pod.name) print_("pod " + pod.name);
    if (!pod.node.empty() && (!pod_ || pod_->node.empty())) print_("on node " + pod.node);
    for (const std::string& obstacle : Obstacles(pod)) TellOnce(obstacle);
    pod_ = std::move(pod);
  }

  void TellOnce(const std::string& words) {
    if (told_.insert(words).second) print_(words);
  }

  // Quota, admission and mounts show in events only. Not being allowed to read them is no fault.
  Task<void> TellWarnings() {
    const kube::Resource events = Events(options_.ns);
    std::vector<std::string> uids = {job_.uid};
    if (pod_) uids.push_back(pod_->uid);
    for (const std::string& uid : uids) {
      kube::ListOptions of;
      of.field_selector = "involvedObject.uid=" + uid;
      of.limit = kMaxEvents;
      of.single_page = true;
      Result<kube::ObjectList> list = co_await kube_.List(events, of);
      if (!list) co_return;
      for (const std::string& event : list->items) {
        const std::string warning = ReadWarning(event);
        if (!warning.empty()) TellOnce(warning);
        if (!warning.empty()) last_warning_ = warning;
      }
    }
  }

  // A build that waits for its builder does not say why.
  Task<void> TellBuilder() {
    const kube::Resource pods = Pods(options_.ns);
    kube::ListOptions of;
    of.label_selector = "app=" + options_.builder;
    Result<kube::ObjectList> list = co_await kube_.List(pods, of);
    if (!list) co_return;
    for (const std::string& item : list->items) {
      const Result<PodState> pod = ReadPod(item);
      if (!pod) continue;
      for (const std::string& obstacle : Obstacles(*pod)) TellOnce("builder: " + obstacle);
    }
  }

  [[nodiscard]] bool HasStarted() const {
    if (!pod_) return false;
    for (const ContainerState& container : pod_->containers) {
      if (HasBegun(&container)) return true;
    }
    return false;
  }

  // Streams the log of the next phase that has begun, to its end. False when there is none yet.
  Task<bool> StreamNext() {
    // A pod that no kubelet has taken up yet tells of no container: that is not a phase left out.
    if (!pod_ || pod_is_gone_ || pod_->containers.empty()) co_return false;
    while (next_ < Phases().size() && pod_->Find(Phases()[next_].name) == nullptr) ++next_;
    if (next_ >= Phases().size()) co_return false;
    const Phase& phase = Phases()[next_];
    const ContainerState* container = pod_->Find(phase.name);
    if (!HasBegun(container)) co_return false;
    const bool ended_before = container->phase == ContainerState::Phase::kTerminated;
    const bool whole = co_await StreamLog(phase);
    // A log that ends while its container runs was cut, or rotated: look again, and go on from
    // there.
    const bool is_late = lines_->since().empty() && ++empty_logs_ < kMaxEmptyLogs;
    if (whole && ended_before && !is_late) {
      NextPhase();
    } else {
      co_await clock_.SleepFor(options_.interval);
    }
    co_return true;
  }

  void NextPhase() {
    ++next_;
    lines_.reset();
    empty_logs_ = 0;
  }

  Task<bool> StreamLog(const Phase& phase) {
    if (!lines_) {
      const std::string prefix = "[" + std::string(phase.name) + "] ";
      lines_.emplace([this, prefix](const std::string& line) {
        print_(prefix + Redacted(line, options_.redacted));
      });
    }
    const std::string path = LogPath(options_.ns, pod_->name, phase.name, lines_->since(), true);
    std::function<Result<void>(std::string_view)> feed = [this](std::string_view data) {
      lines_->Feed(data);
      return Result<void>();
    };
    Result<void> streamed = co_await kube_.Stream(path, feed);
    lines_->Finish();
    // A pod that is gone has no log any more.
    co_return streamed || streamed.error().code == ErrorCode::kNotFound ||
        streamed.error().code == ErrorCode::kRejected;
  }

  // Whether to go on after `error`; says so once.
  bool Bearable(const Error& error) {
    if (!IsTransient(error.code)) return false;
    if (!unreachable_)
      print_("the API server does not answer: " + error.message + "; trying again");
    unreachable_ = true;
    return clock_.Monotonic() - last_answer_ < options_.patience;
  }

  Error NotStarted() const {
    std::string why = last_warning_.empty() ? "no pod was made" : last_warning_;
    if (pod_) {
      for (const std::string& obstacle : Obstacles(*pod_)) why = obstacle;
    }
    return {ErrorCode::kUnavailable, "the pod has not started: " + why, {}};
  }

  kube::Client& kube_;
  Clock& clock_;
  FollowOptions options_;
  const Print print_;
  JobState job_;
  std::optional<PodState> pod_;  // as last seen
  bool pod_is_gone_ = false;
  std::optional<LogLines> lines_;  // of the phase that is being told
  std::size_t next_ = 0;           // that phase
  int empty_logs_ = 0;             // of it, in a row
  std::set<std::string> told_;
  std::string last_warning_;
  bool unreachable_ = false;
  MonotonicTime began_;
  MonotonicTime last_answer_;
};

}  // namespace

Task<Result<Verdict>> Follow(kube::Client& kube, Clock& clock, FollowOptions options,
                             std::function<void(const std::string&)> print) {
  Follower follower(kube, clock, std::move(options), std::move(print));
  Result<Verdict> verdict = co_await follower.Run();
  co_return verdict;
}

Task<Result<PodState>> FindPod(kube::Client& kube, std::string ns, std::string job_uid) {
  const kube::Resource pods = Pods(ns);
  kube::ListOptions of;
  // The API server sets it on the pods of a Job; the name alone may be an earlier Job's.
  of.label_selector = "controller-uid=" + job_uid;
  Result<kube::ObjectList> list = co_await kube.List(pods, of);
  if (!list) co_return list.error();
  if (list->items.empty()) co_return Error{ErrorCode::kNotFound, "the Job has no pod (yet)", {}};
  co_return ReadPod(list->items.back());
}

}  // namespace prow_coverage::pr_pod
