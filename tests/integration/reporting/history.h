#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>

#include "support/world.h"

namespace prow_coverage::testing {

// What the reporter has told, as GitHub got it, tied to the ProwJobs that it tells of.
class History {
 public:
  // `gate`: the daemon's configuration never takes a missing measurement for a success.
  explicit History(World& world, bool gate = false) : world_(world), gate_(gate) {}

  // Remembers the jobs that exist now: one may be deleted later. To be called more often than a
  // build's life is long.
  void Observe();

  // By a person, while its head may be wanted.
  void WillBeAborted(const std::string& name) { aborted_by_hand_.insert(name); }

  // No two statuses of a head in a row are the same, unless a fault kept the daemon from learning
  // that GitHub had taken the first. Each tells of the job of the one before, no earlier in its
  // life, or of a job that was started later. A job has one final status.
  void ExpectInOrder();

  // The newest status of the head is final, tells of its newest job that was not deleted, or of one
  // after that, and says what that job's state
  // and numbers ask for.
  void ExpectAnswered(const std::string& sha);

  // Nothing final was told of the head's newest job when that was aborted.
  void ExpectSilent(const std::string& sha);

  // The newest status of the head is there and final.
  [[nodiscard]] bool IsAnswered(const std::string& sha) const;
  [[nodiscard]] bool AllJobsHaveEnded() const;
  [[nodiscard]] std::size_t posts() const;
  [[nodiscard]] std::size_t jobs() const { return jobs_.size(); }

  // Reads the statuses again, and the jobs.
  void Read();

  // All that is known of a head, for whoever reads a failure.
  [[nodiscard]] std::string Tell(const std::string& sha) const;

 private:
  // One life of a ProwJob: a name that was deleted can come back.
  struct Job {
    std::string name;
    std::string start;      // RFC 3339, so that text order is time order
    nlohmann::json object;  // as last seen
    bool deleted = false;
  };
  // One status that was posted.
  struct Post {
    std::string state;
    std::string description;
    std::string url;
    bool reached_daemon = true;  // that GitHub had taken it
    const Job* job = nullptr;    // that it tells of

    enum Phase { kWaiting, kRunning, kProvisional, kFinal };
    [[nodiscard]] Phase phase() const;
    [[nodiscard]] bool SameAs(const Post& other) const;
  };

  [[nodiscard]] std::vector<const Job*> JobsOf(const std::string& sha) const;
  // The one that `post` links to; null when there is none.
  [[nodiscard]] const Job* JobOf(const Post& post, const Post* before,
                                 const std::string& sha) const;
  [[nodiscard]] std::set<std::int64_t> UnheardRequests();
  void ExpectInOrder(const std::string& sha, const std::vector<Post>& posts);
  void ExpectFits(const Job& job, const Post& post);
  void ExpectNumbers(const Job& job, const Post& post);
  // What the artifact store has for the job; null for none.
  [[nodiscard]] nlohmann::json SummaryOf(const Job& job) const;

  World& world_;
  const bool gate_;
  std::map<std::string, Job> jobs_;  // by name and start
  std::set<std::string> aborted_by_hand_;
  std::map<std::string, std::string> by_build_;  // build ID to the key of its job
  std::map<std::string, std::vector<Post>> by_sha_;
};

}  // namespace prow_coverage::testing
