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

// Whether a head is of ours: it has a job by one of our names, or GitHub a status by ours.
enum class Claim { kUnknown, kOurs, kForeign };

// One head with the newest of its jobs.
struct Entry {
  Head head;
  std::shared_ptr<const Job> job;  // null: none, or all is told of it
  Told told;
  std::vector<std::string> live;  // names of its jobs that exist
  Claim claim = Claim::kUnknown;
  // Nobody else can have set its status since `told`: it need not be looked up before a write.
  bool verified = false;

  // Of whoever works on it.
  bool busy = false;    // a coroutine has it
  bool queued = false;  // it waits for one
  bool dirty = false;   // it changed meanwhile
  int failures = 0;     // in a row
  std::string error;    // of the last one, "" when it succeeded
  MonotonicTime failing_since;
  bool owed = false;  // the inbox does not know yet that its job was made here

  // Of the artifact store, in a row, about `job`.
  int failed_fetches = 0;
  MonotonicTime first_failed_fetch;

  // When GitHub is asked about an orphan.
  std::optional<MonotonicTime> ask_about_orphan_at;
  // When another replica's last word has arrived, if it had one under way.
  std::optional<MonotonicTime> look_again_at;
};

// The object of its job is gone, and whether anybody has told how that ended is not known here.
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

  // This replica has made the job: unless something is told of it already, its end is owed.
  void Owe(const Job& job);

  // Another replica has led meanwhile, and may have a status under way until `until`.
  void Doubt(MonotonicTime until);

  // Its status was set just now.
  void NoteSet(Entry& entry, MonotonicTime now) const;

  // Of the heads that have something to be looked at.
  [[nodiscard]] std::vector<std::string> Keys() const;
  [[nodiscard]] std::size_t jobs() const { return key_by_job_.size(); }

 private:
  Change Take(Entry& entry, const std::string& key, Job job);

  std::unordered_map<std::string, Entry> entries_;
  std::unordered_map<std::string, std::string> key_by_job_;
  MonotonicTime doubted_until_;
};

[[nodiscard]] inbox::Report ToReport(const Entry& entry);

// `phase` is what was told of `job`.
void Reach(Entry& entry, const Job& job, Phase phase);

}  // namespace prow_coverage::reporter
