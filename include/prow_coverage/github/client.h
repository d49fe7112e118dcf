#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "prow_coverage/base/back_off.h"
#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/base/logger.h"
#include "prow_coverage/base/task.h"
#include "prow_coverage/github/credentials.h"
#include "prow_coverage/github/host_budget.h"
#include "prow_coverage/http/client.h"
#include "prow_coverage/metrics/metrics.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage::github {

// A pull request's changed files.
struct ChangedFiles {
  struct File {
    std::string name;
    std::string previous_name;  // of a rename, else ""

    bool operator==(const File&) const = default;
  };
  std::vector<File> files;
  // GitHub caps the list at 3,000 files: then it must be read as "anything may have changed".
  bool truncated = false;

  bool operator==(const ChangedFiles&) const = default;
};

enum class CommitState { kPending, kSuccess, kFailure, kError };

// "pending", "success", "failure", "error", as GitHub spells them.
[[nodiscard]] std::string_view ToString(CommitState state);

struct CommitStatus {
  CommitState state = CommitState::kPending;
  std::string context;
  std::string description;  // at most 140 characters
  std::string target_url;   // "" for none

  bool operator==(const CommitStatus&) const = default;
};

// What the daemon asks of GitHub. Thread: one at a time, that of the http::Client beneath. A call
// begins when its Task is awaited: what its arguments refer to must live until the Task has ended.
// Errors of every call: kRateLimited with the time to wait (when that is longer than the retry
// policy lets a call wait), kUnavailable (after the retries; an answer that is no JSON is one of
// them, since it comes from something in between), kUnauthenticated, kPermissionDenied, kNotFound,
// kRejected (422), kInvalidArgument (JSON that is not what GitHub documents), kTooLarge,
// kCancelled.
class Client {
 public:
  virtual ~Client() = default;

  // Files of the pull request, previous names of renames included. Follows pagination.
  virtual Task<Result<ChangedFiles>> GetChangedFiles(const std::string& org,
                                                     const std::string& repo,
                                                     std::int64_t number) = 0;

  virtual Task<Result<PullRequest>> GetPullRequest(const std::string& org, const std::string& repo,
                                                   std::int64_t number) = 0;

  // SHA of the branch's tip.
  virtual Task<Result<std::string>> GetBranchTip(const std::string& org, const std::string& repo,
                                                 const std::string& branch) = 0;

  virtual Task<Result<void>> CreateStatus(const std::string& org, const std::string& repo,
                                          const std::string& sha, const CommitStatus& status) = 0;

  // Open pull requests of the repository, newest first. Conditional (ETag): a page that did not
  // change costs no rate limit.
  virtual Task<Result<std::vector<PullRequest>>> ListOpenPullRequests(const std::string& org,
                                                                      const std::string& repo) = 0;

  // The newest status of each context, at most 1,000. Follows pagination.
  virtual Task<Result<std::vector<CommitStatus>>> ListStatuses(const std::string& org,
                                                               const std::string& repo,
                                                               const std::string& sha) = 0;
};

struct ClientOptions {
  std::vector<std::string> endpoints{"https://api.github.com"};  // tried in order
  int max_retries = 8;                                           // of transient faults
  int max_404_retries = 2;                                       // of reads right after an event
  BackOff back_off{};  // initial-delay 2 s; a single wait over `max` is the caller's (kRateLimited)
  std::chrono::milliseconds request_timeout{30000};
  // Asked right before each write is sent; false makes it kCancelled. Null: always.
  std::function<bool()> may_write{};
};

// All references must outlive the client. `credentials` and `budget` are shared by the clients of
// all workers.
[[nodiscard]] std::unique_ptr<Client> MakeClient(ClientOptions options, http::Client& http,
                                                 Credentials& credentials, HostBudget& budget,
                                                 Clock& clock, Logger& logger,
                                                 metrics::Metrics& metrics);

// Says what it would write instead of writing it; reads go to `real`. `print` gets each status.
[[nodiscard]] std::unique_ptr<Client> MakeDryRunClient(
    Client& real, std::function<void(const std::string& org, const std::string& repo,
                                     const std::string& sha, const CommitStatus& status)>
                      print);

}  // namespace prow_coverage::github
