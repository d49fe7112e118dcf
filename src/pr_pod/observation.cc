#include "prow_coverage/pr_pod/observation.h"

#include <algorithm>
#include <string_view>

#include "prow_coverage/json/document.h"
#include "prow_coverage/pr_pod/names.h"

#include "text.h"

namespace prow_coverage::pr_pod {
namespace {

using json::Value;

// A pod of ours has a handful; what has more is not ours.
constexpr std::size_t kMaxContainers = 50;

std::string Text(const Value& value, std::string_view path) {
  return std::string(value.OptionalString(path).value_or(""));
}

std::string Words(const Value& value, std::string_view path) {
  return Printable(Text(value, path));
}

// The member `key` of the map at `path`; keys with dots in them are out of a path's reach.
std::string Member(const Value& root, std::string_view path, std::string_view key) {
  std::string found;
  const auto map = root.OptionalObject(path);
  if (!map) return found;
  const auto visit = [&](std::string_view name, const Value& value) -> Result<void> {
    if (name == key) found = value.OptionalString("").value_or("");
    return {};
  };
  (void)map->ForEachMember("", visit);
  return found;
}

void ReadCondition(const Value& condition, JobState& job) {
  if (Text(condition, "status") != "True") return;
  const std::string type = Text(condition, "type");
  if (type == "Complete") job.phase = JobState::Phase::kComplete;
  if (type != "Failed") return;
  job.phase = JobState::Phase::kFailed;
  job.reason = Words(condition, "reason");
  job.message = Words(condition, "message");
}

ContainerState ReadContainer(const Value& status) {
  ContainerState container;
  container.name = Text(status, "name");
  container.image = Words(status, "image");
  if (const auto terminated = status.OptionalObject("state.terminated")) {
    container.phase = ContainerState::Phase::kTerminated;
    container.reason = Words(*terminated, "reason");
    container.message = Text(*terminated, "message");
    container.exit_code = static_cast<int>(terminated->OptionalInteger("exitCode").value_or(1));
  } else if (status.OptionalObject("state.running")) {
    container.phase = ContainerState::Phase::kRunning;
  } else {
    container.reason = Words(status, "state.waiting.reason");
    container.message = Words(status, "state.waiting.message");
  }
  return container;
}

void ReadContainers(const Value& root, std::string_view path, PodState& pod) {
  (void)root.ForEach(path, [&](const Value& status) -> Result<void> {
    if (pod.containers.size() < kMaxContainers) pod.containers.push_back(ReadContainer(status));
    return {};
  });
}

}  // namespace

const ContainerState* PodState::Find(std::string_view container) const {
  const auto found = std::find_if(containers.begin(), containers.end(),
                                  [&](const ContainerState& c) { return c.name == container; });
  return found == containers.end() ? nullptr : &*found;
}

Result<JobState> ReadJob(const std::string& json) {
  const auto document = json::Document::Parse(json);
  if (!document) return document.error();
  const Value root = document->root();
  const auto uid = root.String("metadata.uid");
  if (!uid) return uid.error();
  JobState job;
  job.uid = *uid;
  job.name = Text(root, "metadata.name");
  job.created = Words(root, "metadata.creationTimestamp");
  job.target = Printable(Member(root, "metadata.annotations", "prow-coverage/target"));
  job.run_id = Member(root, "metadata.annotations", "prow-coverage/run-id");
  job.ours = Member(root, "metadata.labels", kManagedByLabel) == kManagedBy;
  if (root.OptionalBool("spec.suspend").value_or(false)) job.phase = JobState::Phase::kSuspended;
  (void)root.ForEach("status.conditions", [&](const Value& condition) -> Result<void> {
    ReadCondition(condition, job);
    return {};
  });
  return job;
}

Result<PodState> ReadPod(const std::string& json) {
  const auto document = json::Document::Parse(json);
  if (!document) return document.error();
  const Value root = document->root();
  const auto name = root.String("metadata.name");
  if (!name) return name.error();
  PodState pod;
  pod.name = *name;
  pod.uid = Text(root, "metadata.uid");
  pod.deleting = root.OptionalString("metadata.deletionTimestamp").has_value();
  pod.node = Words(root, "spec.nodeName");
  pod.phase = Words(root, "status.phase");
  pod.reason = Words(root, "status.reason");
  pod.message = Words(root, "status.message");
  (void)root.ForEach("status.conditions", [&](const Value& condition) -> Result<void> {
    const bool waits =
        Text(condition, "type") == "PodScheduled" && Text(condition, "status") == "False";
    if (waits) pod.unschedulable = Words(condition, "message");
    return {};
  });
  ReadContainers(root, "status.initContainerStatuses", pod);
  ReadContainers(root, "status.containerStatuses", pod);
  return pod;
}

std::string ReadWarning(const std::string& json) {
  const auto document = json::Document::Parse(json);
  if (!document || Text(document->root(), "type") != "Warning") return "";
  return Words(document->root(), "reason") + ": " + Words(document->root(), "message");
}

std::string_view ToString(JobState::Phase phase) {
  switch (phase) {
    case JobState::Phase::kSuspended:
      return "not started";
    case JobState::Phase::kRunning:
      return "running";
    case JobState::Phase::kComplete:
      return "succeeded";
    case JobState::Phase::kFailed:
      return "failed";
  }
  return "";
}

}  // namespace prow_coverage::pr_pod
