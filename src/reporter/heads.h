#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/inbox/report.h"
#include "prow_coverage/reporter/answer.h"
#include "prow_coverage/reporter/job.h"

namespace prow_coverage::reporter {

// One head with the newest of its jobs.
struct Entry {
  Head head;
  std::shared_ptr<const Job> job;  // null: none, or all is told of it
  Told told;
  std::vector<std::string> live;  // names of its jobs that exist
  // Nobody else can have set its status since `told`: it need not be looked up before a write.
  bool verified = false;

  // Of whoever works on it.
  bool busy = false;    // a coroutine has it
  bool queued = false;  // it waits for one
  bool dirty = false;   // it changed meanwhile
  int failures = 0;     // in a row
  std::string error;    // of the last one, "" when it succeeded

  // Of the artifact store, in a row, about `job`.
  int failed_fetches = 0;
  MonotonicTime first_failed_fetch;

  // When it became an orphan.
  std::optional<MonotonicTime> orphaned_at;
};

// Its job went before it had ended, and whether anybody has told that is not known here.
[[nodiscard]] bool IsOrphan(const Entry& entry);

// "org/repo#number@sha"
[[nodiscard]] std::string KeyOf(const Head& head);

// Everything that is known of the heads that have jobs, or had one of which not all is told. Holds
// of each live job what a status needs, of one that has ended its name alone. One thread at a time.
class Heads {
 public:
  enum class Met {
    kChanged,    // it is the newest of its head and something is to be looked at
    kUnchanged,  // an older job, or one of which all is told
    kStranger,   // of no head of ours (so far): kept, for its head may yet turn up
  };

  struct Change {
    Met met = Met::kUnchanged;
    std::string key;
    bool new_head = false;
  };

  // What was told before this process began; `now` is when waiting for a rerun begins anew.
  void Restore(const inbox::Report& report, WallTime now);

  Change Upsert(Job job);

  // The object is gone. The key of its head when something is to be looked at.
  std::optional<std::string> Delete(const std::string& name);

  // Heads whose job is missing from a complete list are given a deleted one. Answers the keys of
  // all heads that have something to be looked at, and forgets the others that have no job left.
  std::vector<std::string> Settle();

  [[nodiscard]] bool Knows(const std::string& job_name) const {
    return key_by_job_.contains(job_name);
  }

  [[nodiscard]] Entry* Find(const std::string& key);

  // Its job has come to its end: what is kept of it shrinks, or goes with its last object.
  void Forget(const std::string& key);

  // Its job is gone. One that has ended another replica tells of; false: it is an orphan.
  bool Abandon(const std::string& key);

  // Another replica has led meanwhile.
  void Doubt();

  [[nodiscard]] std::vector<std::string> Keys() const;
  [[nodiscard]] std::size_t jobs() const { return key_by_job_.size(); }

 private:
  Change Take(Entry& entry, const std::string& key, Job job);
  Change Keep(const std::string& key, Job job);

  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<std::string, std::string> key_by_job_;
  std::unordered_map<std::string, std::vector<Job>> strangers_;  // by key
  std::size_t stranger_count_ = 0;
};

[[nodiscard]] inbox::Report ToReport(const Entry& entry);

// `phase` is what was told of `job`.
void Reach(Entry& entry, const Job& job, Phase phase);

}  // namespace prow_coverage::reporter
