#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <utility>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"

namespace prow_coverage::sandbox {

struct ChangedFile {
  std::string filename;
  std::string status = "modified";
  std::string previous_filename;  // of a rename, else ""
};

struct PullRecord {
  std::int64_t number = 0;
  std::string title = "A change";
  std::string author = "contributor";
  std::string author_type = "User";  // or "Bot"
  std::string state = "open";
  bool draft = false;
  std::string head_sha;
  std::string head_ref = "change";
  std::string head_repo;  // "owner/name"; "" for a fork that was deleted
  std::string base_ref = "main";
  std::string base_sha;  // tip of the base branch when the pull request was last pushed to
  std::vector<ChangedFile> files;
  WallTime created_at{};
  WallTime updated_at{};
  std::uint64_t revision = 0;  // changes whenever anything does
};

struct StatusRecord {
  std::int64_t id = 0;
  std::string state;
  std::string context;
  std::string description;
  std::string target_url;
  WallTime created_at{};
};

struct RepositoryRecord {
  std::int64_t id = 0;
  std::string org;
  std::string name;
  std::map<std::string, std::string, std::less<>> branches;  // name to tip
  std::map<std::int64_t, PullRecord> pulls;
  std::unordered_set<std::string> commits;                                     // that are known
  std::unordered_map<std::string, std::vector<StatusRecord>> statuses_by_sha;  // oldest first
  std::vector<std::string> shas_with_status;  // in order of the first

  [[nodiscard]] std::string full_name() const { return org + "/" + name; }
};

// What the fake GitHub knows. Pointers and references stay good until Clear().
class GitHubStore {
 public:
  explicit GitHubStore(const Clock& clock) : clock_(clock) {}

  // nullptr when there is none.
  [[nodiscard]] RepositoryRecord* Find(std::string_view org, std::string_view name);
  [[nodiscard]] RepositoryRecord* FindById(std::int64_t id);
  [[nodiscard]] RepositoryRecord& Add(const std::string& org, const std::string& name);
  [[nodiscard]] const std::map<std::pair<std::string, std::string>, RepositoryRecord>&
  repositories() const {
    return repositories_;
  }

  // Adds or replaces a pull request. Its commits and, when they are new, its base branch become
  // known.
  PullRecord& Put(RepositoryRecord& repository, PullRecord pull);

  void SetBranch(RepositoryRecord& repository, const std::string& branch, const std::string& sha);

  // Errors: kRejected with GitHub's sentence.
  [[nodiscard]] Result<StatusRecord> AddStatus(RepositoryRecord& repository, const std::string& sha,
                                               StatusRecord status);

  void Clear();

 private:
  const Clock& clock_;
  std::map<std::pair<std::string, std::string>, RepositoryRecord> repositories_;
  std::uint64_t revision_ = 0;
  std::int64_t last_status_id_ = 0;
};

}  // namespace prow_coverage::sandbox
