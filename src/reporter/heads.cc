#include "heads.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "prow_coverage/prow/prow_job.h"

namespace prow_coverage::reporter {
namespace {

using github::CommitState;

constexpr CommitState kCommitStates[] = {CommitState::kPending, CommitState::kSuccess,
                                         CommitState::kFailure, CommitState::kError};

std::optional<CommitState> ParseCommitState(std::string_view name) {
  for (const auto state : kCommitStates) {
    if (github::ToString(state) == name) return state;
  }
  return std::nullopt;
}

bool IsOlderThanTold(const Job& job, const Told& told) {
  return std::tie(job.start_time, job.name) < std::tie(told.job_start, told.job_name);
}

bool IsTold(const Entry& entry, const Job& job) {
  return entry.told.IsAbout(job) && entry.told.phase == Phase::kEnded;
}

// The attempt that was asked for is followed by one that somebody else wanted: should that be
// aborted too, it has a further attempt of its own.
bool EndsTheRerun(const Job& job, const Told& told) {
  return !told.IsAbout(job) && (job.attempt == 0 || told.job_name != told.rerun_of);
}

bool IsOver(const Entry& entry) {
  const bool all_told = !entry.job || entry.claim != Claim::kOurs;
  return all_told && !entry.look_again_at && entry.live.empty() && !entry.busy;
}

// Stands for a job that went while nobody looked.
Job Missing(const Entry& entry) {
  Job job;
  job.name = entry.told.job_name;
  job.head = entry.head;
  job.start_time = entry.told.job_start;
  job.deleted = true;
  return job;
}

}  // namespace

bool IsOrphan(const Entry& entry) {
  if (!entry.job || entry.claim != Claim::kOurs || IsTold(entry, *entry.job)) return false;
  return std::find(entry.live.begin(), entry.live.end(), entry.job->name) == entry.live.end();
}

void Reach(Entry& entry, const Job& job, Phase phase) {
  entry.told.job_name = job.name;
  entry.told.job_start = job.start_time;
  entry.told.phase = phase;
}

std::string KeyOf(const Head& head) {
  return head.org + "/" + head.repo + "#" + std::to_string(head.number) + "@" + head.sha;
}

void Heads::Restore(const inbox::Report& report, WallTime now) {
  if (report.job_name.empty()) return;  // nothing but an error was told
  Head head{report.org, report.repo, report.number, report.head_sha};
  // Its job may have been made, and seen, before this was read.
  Entry& entry = entries_[KeyOf(head)];
  entry.head = std::move(head);
  entry.claim = Claim::kOurs;
  entry.told = {
      report.job_name, report.job_start, ParsePhase(report.phase), {}, report.rerun_of, now};
  if (const auto state = ParseCommitState(report.state)) {
    entry.told.status = github::CommitStatus{*state, std::string(prow::kJobName),
                                             report.description, report.target_url};
  }
}

Heads::Change Heads::Upsert(Job job) {
  const std::string key = KeyOf(job.head);
  key_by_job_[job.name] = key;
  const auto [known, is_new] = entries_.try_emplace(key);
  Entry& entry = known->second;
  entry.head = job.head;
  const bool ours = job.attempt > 0;
  if (ours) entry.claim = Claim::kOurs;
  Change change = Take(entry, key, std::move(job));
  change.new_head = is_new && ours;
  return change;
}

Heads::Change Heads::Take(Entry& entry, const std::string& key, Job job) {
  if (std::find(entry.live.begin(), entry.live.end(), job.name) == entry.live.end()) {
    entry.live.push_back(job.name);
  }
  const bool same = entry.job && entry.job->name == job.name;
  const bool older = entry.job && !same && IsNewer(*entry.job, job);
  if (older || IsOlderThanTold(job, entry.told) || IsTold(entry, job)) {
    return {Met::kUnchanged, key, false};
  }
  if (entry.job && *entry.job == job) return {Met::kUnchanged, key, false};
  if (EndsTheRerun(job, entry.told)) entry.told.rerun_of.clear();
  if (!same) entry.failed_fetches = 0;
  entry.ask_about_orphan_at.reset();
  entry.job = std::make_shared<const Job>(std::move(job));
  return {Met::kChanged, key, false};
}

std::optional<std::string> Heads::Delete(const std::string& name) {
  const auto found = key_by_job_.find(name);
  if (found == key_by_job_.end()) return std::nullopt;
  const std::string key = std::move(found->second);
  key_by_job_.erase(found);
  const auto known = entries_.find(key);
  if (known == entries_.end()) return std::nullopt;
  Entry& entry = known->second;
  std::erase(entry.live, name);
  if (!entry.job || entry.claim != Claim::kOurs) {
    Forget(key);
    return std::nullopt;
  }
  if (entry.job->name != name) return std::nullopt;
  // What a job that has ended has to tell, its object is not needed for.
  if (HasEnded(entry.job->state)) return key;
  Job job = *entry.job;
  job.deleted = true;
  entry.job = std::make_shared<const Job>(std::move(job));
  return key;
}

std::vector<std::string> Heads::Settle() {
  std::vector<std::string> keys;
  for (auto known = entries_.begin(); known != entries_.end();) {
    Entry& entry = known->second;
    if (!entry.job && entry.told.phase != Phase::kEnded) {
      entry.job = std::make_shared<const Job>(Missing(entry));
    }
    if (entry.job) keys.push_back(known->first);
    known = IsOver(entry) ? entries_.erase(known) : std::next(known);
  }
  return keys;
}

Entry* Heads::Find(const std::string& key) {
  const auto known = entries_.find(key);
  return known == entries_.end() ? nullptr : &known->second;
}

void Heads::Forget(const std::string& key) {
  const auto known = entries_.find(key);
  if (known == entries_.end()) return;
  Entry& entry = known->second;
  if (entry.job && IsTold(entry, *entry.job)) entry.job.reset();
  if (IsOver(entry)) entries_.erase(known);
}

void Heads::Owe(const Job& job) {
  const auto known = entries_.find(KeyOf(job.head));
  if (known == entries_.end()) return;
  Entry& entry = known->second;
  if (entry.told.IsAbout(job) || IsOlderThanTold(job, entry.told)) return;
  Reach(entry, job, Phase::kWaiting);
  entry.owed = true;
}

void Heads::Doubt(MonotonicTime until) {
  doubted_until_ = until;
  for (auto& [key, entry] : entries_) entry.verified = false;
}

void Heads::NoteSet(Entry& entry, MonotonicTime now) const {
  if (now < doubted_until_) entry.look_again_at = doubted_until_;
}

std::vector<std::string> Heads::Keys() const {
  std::vector<std::string> keys;
  for (const auto& [key, entry] : entries_) {
    if (entry.job || entry.look_again_at) keys.push_back(key);
  }
  return keys;
}

inbox::Report ToReport(const Entry& entry) {
  inbox::Report report;
  report.org = entry.head.org;
  report.repo = entry.head.repo;
  report.number = entry.head.number;
  report.head_sha = entry.head.sha;
  report.job_name = entry.told.job_name;
  report.job_start = entry.told.job_start;
  report.phase = ToString(entry.told.phase);
  report.rerun_of = entry.told.rerun_of;
  if (entry.told.status) {
    report.state = github::ToString(entry.told.status->state);
    report.description = entry.told.status->description;
    report.target_url = entry.told.status->target_url;
  }
  report.error = entry.error;
  return report;
}

}  // namespace prow_coverage::reporter
