#include "prow_coverage/reporter/job.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <tuple>

#include "prow_coverage/base/commit_sha.h"
#include "prow_coverage/base/utf8.h"
#include "prow_coverage/handler/handler.h"
#include "prow_coverage/handler/synthetic_delivery.h"
#include "prow_coverage/json/document.h"
#include "prow_coverage/kube/rfc3339.h"
#include "prow_coverage/prow/go_duration.h"
#include "prow_coverage/prow/prow_job.h"

namespace prow_coverage::reporter {
namespace {

constexpr std::size_t kMaxDescription = 1024;
constexpr std::size_t kMaxUrl = 2048;
constexpr std::chrono::nanoseconds kMaxTimeLimit = std::chrono::hours(7 * 24);

struct StateInfo {
  JobState state;
  std::string_view name;
  bool ended;
};

constexpr StateInfo kStates[] = {
    {JobState::kScheduling, "scheduling", false}, {JobState::kTriggered, "triggered", false},
    {JobState::kPending, "pending", false},       {JobState::kSuccess, "success", true},
    {JobState::kFailure, "failure", true},        {JobState::kError, "error", true},
    {JobState::kAborted, "aborted", true},
};

Error NotOurs(std::string why) { return {ErrorCode::kInvalidArgument, std::move(why), {}}; }

bool IsWord(std::string_view text, std::size_t limit) {
  const auto allowed = [](unsigned char c) {
    return std::isalnum(c) != 0 || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= limit && text != "." && text != ".." &&
         std::all_of(text.begin(), text.end(), allowed);
}

bool IsLink(std::string_view text) {
  const bool http = text.starts_with("https://") || text.starts_with("http://");
  return http && text.size() <= kMaxUrl &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return c > ' ' && c < 0x7F; });
}

std::string Optional(const json::Value& value, std::string_view path) {
  return std::string(value.OptionalString(path).value_or(""));
}

Result<std::string> Plausible(const json::Value& value, std::string_view path,
                              bool (*is_plausible)(std::string_view)) {
  const auto text = value.String(path);
  if (!text) return text.error();
  if (!is_plausible(*text)) return NotOurs(std::string(path) + " is not plausible");
  return std::string(*text);
}

bool IsName(std::string_view text) { return IsWord(text, 100); }
bool IsObjectName(std::string_view text) { return IsWord(text, 253); }
bool IsOurJob(std::string_view text) { return text == prow::kJobName; }

Result<Head> ReadPull(const json::Value& refs, Head head) {
  int pulls = 0;
  auto read = refs.ForEach("pulls", [&](const json::Value& pull) -> Result<void> {
    ++pulls;
    const auto number = pull.Integer("number");
    if (!number) return number.error();
    if (*number <= 0) return NotOurs("the number of the pull request is not positive");
    head.number = *number;
    auto sha = Plausible(pull, "sha", IsCommitSha);
    if (!sha) return sha.error();
    head.sha = *sha;
    return {};
  });
  if (!read) return read.error();
  if (pulls != 1) return NotOurs("it is about " + std::to_string(pulls) + " pull requests, not 1");
  return head;
}

Result<Head> ReadHead(const json::Value& refs) {
  Head head;
  auto org = Plausible(refs, "org", IsName);
  if (!org) return org.error();
  auto repo = Plausible(refs, "repo", IsName);
  if (!repo) return repo.error();
  head.org = std::move(*org);
  head.repo = std::move(*repo);
  return ReadPull(refs, std::move(head));
}

// A label's key has dots of its own, which a path would take for steps.
Result<std::optional<std::string>> Label(const json::Value& labels, std::string_view key) {
  std::optional<std::string> found;
  auto read = labels.ForEachMember("", [&](std::string_view name, const json::Value& value) {
    if (name == key) found = value.OptionalString("").value_or("");
    return Result<void>();
  });
  if (!read) return read.error();
  return found;
}

// A value that no label can hold is left out or cut, so that only what is there can contradict.
Result<void> CheckLabel(const json::Value& labels, std::string_view key,
                        const std::string& expected) {
  const auto found = Label(labels, key);
  if (!found) return found.error();
  const auto label = prow::LabelValue(expected);
  if (!*found || !label || **found == *label) return {};
  return NotOurs("the label " + std::string(key) + " contradicts spec.refs");
}

Result<void> CheckLabels(const json::Value& labels, const Head& head) {
  for (const auto& [key, expected] :
       {std::pair{"prow.k8s.io/refs.org", head.org}, std::pair{"prow.k8s.io/refs.repo", head.repo},
        std::pair{"prow.k8s.io/refs.pull", std::to_string(head.number)}}) {
    if (auto agrees = CheckLabel(labels, key, expected); !agrees) return agrees;
  }
  return {};
}

JobState ReadState(const json::Value& root) {
  const auto name = root.OptionalString("status.state").value_or("");
  for (const auto& info : kStates) {
    if (info.name == name) return info.state;
  }
  return JobState::kTriggered;
}

Result<void> ReadTimes(const json::Value& root, Job& job) {
  auto start = kube::ParseRfc3339(Optional(root, "status.startTime"));
  if (!start) start = kube::ParseRfc3339(Optional(root, "metadata.creationTimestamp"));
  if (!start) return NotOurs("it has neither status.startTime nor metadata.creationTimestamp");
  job.start_time = *start;
  if (const auto ended = kube::ParseRfc3339(Optional(root, "status.completionTime"))) {
    job.ended_at = *ended;
  }
  const auto pending = kube::ParseRfc3339(Optional(root, "status.pendingTime"));
  job.state_since = job.state == JobState::kPending ? pending.value_or(*start) : *start;
  return {};
}

prow::GcsConfiguration ReadGcs(const json::Value& root) {
  prow::GcsConfiguration gcs;
  const auto found = root.OptionalObject("spec.decoration_config.gcs_configuration");
  if (!found) return gcs;
  gcs.bucket = Optional(*found, "bucket");
  gcs.path_prefix = Optional(*found, "path_prefix");
  gcs.path_strategy = Optional(*found, "path_strategy");
  gcs.default_org = Optional(*found, "default_org");
  gcs.default_repo = Optional(*found, "default_repo");
  return gcs;
}

std::chrono::milliseconds ReadTimeLimit(const json::Value& root) {
  std::chrono::nanoseconds limit{0};
  for (const char* path :
       {"spec.decoration_config.timeout", "spec.decoration_config.grace_period"}) {
    const auto part = prow::ParseGoDuration(Optional(root, path));
    if (part) limit += std::min(*part, kMaxTimeLimit);
  }
  return std::chrono::duration_cast<std::chrono::milliseconds>(limit);
}

int AttemptOf(const Job& job, std::string_view github_host_url) {
  const PullRequest pull = PullOf(job.head);
  for (int attempt = 1; attempt <= handler::kMaxAttempts; ++attempt) {
    if (prow::JobName(github_host_url, pull, attempt) == job.name) return attempt;
  }
  return 0;
}

Result<void> ReadIdentity(const json::Value& root, Job& job) {
  auto name = Plausible(root, "metadata.name", IsObjectName);
  if (!name) return name.error();
  job.name = std::move(*name);
  for (const char* path : {"spec.job", "spec.context"}) {
    if (auto ours = Plausible(root, path, IsOurJob); !ours) return ours.error();
  }
  const auto refs = root.Object("spec.refs");
  if (!refs) return refs.error();
  auto head = ReadHead(*refs);
  if (!head) return head.error();
  job.head = std::move(*head);
  const auto base = refs->OptionalString("base_sha").value_or("");
  if (IsCommitSha(base)) job.base_sha = base;
  const auto labels = root.Object("metadata.labels");
  if (!labels) return labels.error();
  const auto guid = Label(*labels, "event-GUID");
  if (!guid) return guid.error();
  job.is_rerun = guid->value_or("").starts_with(handler::kRerunGuid);
  return CheckLabels(*labels, job.head);
}

}  // namespace

std::string_view ToString(JobState state) { return kStates[static_cast<int>(state)].name; }

bool HasEnded(JobState state) { return kStates[static_cast<int>(state)].ended; }

Result<Job> ParseJob(std::string_view object, std::string_view github_host_url) {
  const auto document = json::Document::Parse(object);
  if (!document) return document.error();
  const json::Value root = document->root();
  Job job;
  if (auto read = ReadIdentity(root, job); !read) return read.error();
  job.state = ReadState(root);
  if (auto read = ReadTimes(root, job); !read) return read.error();
  job.description =
      ClipUtf8(root.OptionalString("status.description").value_or(""), kMaxDescription);
  const auto url = root.OptionalString("status.url").value_or("");
  if (IsLink(url)) job.url = url;
  const auto build_id = root.OptionalString("status.build_id").value_or("");
  if (IsWord(build_id, 128)) job.build_id = build_id;
  job.time_limit = ReadTimeLimit(root);
  job.gcs = ReadGcs(root);
  job.attempt = AttemptOf(job, github_host_url);
  // Deck copies the labels of the job that a person runs again.
  job.is_rerun = job.is_rerun && job.attempt > 0;
  return job;
}

PullRequest PullOf(const Head& head) {
  PullRequest pull;
  pull.org = head.org;
  pull.repo = head.repo;
  pull.number = head.number;
  pull.head_sha = head.sha;
  return pull;
}

bool IsNewer(const Job& a, const Job& b) {
  return std::tie(a.start_time, a.name) > std::tie(b.start_time, b.name);
}

}  // namespace prow_coverage::reporter
