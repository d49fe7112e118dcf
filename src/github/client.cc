#include "prow_coverage/github/client.h"

#include <set>
#include <utility>

#include "prow_coverage/base/percent_encode.h"
#include "prow_coverage/pull_request/parse.h"

#include "branch_tip.h"
#include "changed_files.h"
#include "commit_status.h"
#include "page_cache.h"
#include "requester.h"

namespace prow_coverage::github {
namespace {

// Every page of all repositories, or asking for one pushes out the next: a hundred repositories
// have more than a hundred.
constexpr std::size_t kCachedPages = 1024;
constexpr std::size_t kMaxPullPages = 100;
constexpr std::size_t kMaxStatusPages = 10;

std::string RepoPath(const std::string& org, const std::string& repo) {
  return "/repos/" + PercentEncode(org) + "/" + PercentEncode(repo);
}

class RestClient final : public Client {
 public:
  explicit RestClient(Surroundings surroundings)
      : logger_(surroundings.logger), requester_(std::move(surroundings)) {}

  Task<Result<ChangedFiles>> GetChangedFiles(const std::string& org, const std::string& repo,
                                             std::int64_t number) override {
    ChangedFiles files;
    std::set<std::string> asked;
    std::optional<std::string> path =
        RepoPath(org, repo) + "/pulls/" + std::to_string(number) + "/files?per_page=100";
    while (path) {
      // A list that runs in a circle, or on past the cap, says nothing about what it leaves out.
      if (asked.size() == kMaxFilePages || !asked.insert(*path).second) {
        files.truncated = true;
        break;
      }
      Call call{org, *path};
      auto answer = co_await requester_.Send(std::move(call));
      // The patches come along with the names; too many of them is too many changes to list.
      if (!answer && answer.error().code == ErrorCode::kTooLarge) {
        files.truncated = true;
        break;
      }
      if (!answer) co_return answer.error();
      auto read = AppendChangedFiles(answer->document->root(), files);
      if (!read) co_return WithContext(read.error(), "GitHub's answer to " + *path);
      path = std::move(answer->next);
    }
    co_return files;
  }

  Task<Result<PullRequest>> GetPullRequest(const std::string& org, const std::string& repo,
                                           std::int64_t number) override {
    return Get<PullRequest>(org, RepoPath(org, repo) + "/pulls/" + std::to_string(number),
                            ParsePullRequest);
  }

  Task<Result<std::string>> GetBranchTip(const std::string& org, const std::string& repo,
                                         const std::string& branch) override {
    return Get<std::string>(
        org, RepoPath(org, repo) + "/git/ref/heads/" + EncodePath(branch),
        [branch](const json::Value& answer) { return ParseBranchTip(answer, branch); });
  }

  Task<Result<void>> CreateStatus(const std::string& org, const std::string& repo,
                                  const std::string& sha, const CommitStatus& status) override {
    Call call{org, RepoPath(org, repo) + "/statuses/" + PercentEncode(sha), RenderStatus(status)};
    const auto answer = co_await requester_.Send(std::move(call));
    if (!answer) co_return answer.error();
    co_return Result<void>();
  }

  Task<Result<std::vector<PullRequest>>> ListOpenPullRequests(const std::string& org,
                                                              const std::string& repo) override {
    std::vector<PullRequest> pulls;
    std::set<std::string> asked;
    std::optional<std::string> path =
        RepoPath(org, repo) + "/pulls?state=open&sort=created&direction=desc&per_page=100";
    while (path) {
      if (asked.size() == kMaxPullPages || !asked.insert(*path).second) {
        logger_.Warning("the list of open pull requests does not end; the rest is left out",
                        {{"org", org}, {"repo", repo}, {"pages", asked.size()}});
        break;
      }
      auto page = co_await GetPullPage(org, *path);
      if (!page) co_return page.error();
      pulls.insert(pulls.end(), page->pulls.begin(), page->pulls.end());
      path = std::move(page->next);
    }
    co_return pulls;
  }

  Task<Result<std::vector<CommitStatus>>> ListStatuses(const std::string& org,
                                                       const std::string& repo,
                                                       const std::string& sha) override {
    std::vector<CommitStatus> statuses;
    std::set<std::string> asked;
    std::optional<std::string> path =
        RepoPath(org, repo) + "/commits/" + PercentEncode(sha) + "/status?per_page=100";
    while (path && asked.size() < kMaxStatusPages && asked.insert(*path).second) {
      Call call{org, *path};
      auto answer = co_await requester_.Send(std::move(call));
      if (!answer) co_return answer.error();
      auto page = ParseStatuses(answer->document->root());
      if (!page) co_return WithContext(page.error(), "GitHub's answer to " + *path);
      statuses.insert(statuses.end(), page->begin(), page->end());
      path = std::move(answer->next);
    }
    co_return statuses;
  }

 private:
  template <class T>
  Task<Result<T>> Get(std::string org, std::string path,
                      std::function<Result<T>(const json::Value&)> parse) {
    Call call{org, path};
    const auto answer = co_await requester_.Send(std::move(call));
    if (!answer) co_return answer.error();
    auto parsed = parse(answer->document->root());
    if (!parsed) co_return WithContext(parsed.error(), "GitHub's answer to " + path);
    co_return parsed;
  }

  Task<Result<PageCache::Page>> GetPullPage(const std::string& org, const std::string& path) {
    // A copy: other calls may move the cache on while this one is under way.
    std::optional<PageCache::Page> known;
    if (const auto* cached = cache_.Get(path)) known = *cached;
    Call call{org, path};
    if (known) call.etag = known->etag;
    auto answer = co_await requester_.Send(std::move(call));
    if (!answer) co_return answer.error();
    if (!answer->document) co_return std::move(*known);
    PageCache::Page page{answer->etag, answer->next, {}};
    auto read = answer->document->root().ForEach(
        "", [&](const json::Value& value) { return AppendPull(value, page.pulls); });
    if (!read) co_return WithContext(read.error(), "GitHub's answer to " + path);
    if (!page.etag.empty()) cache_.Put(path, page);
    co_return page;
  }

  // One that cannot be read must not hide the others.
  Result<void> AppendPull(const json::Value& value, std::vector<PullRequest>& pulls) {
    auto pull = ParsePullRequest(value);
    if (pull) {
      pulls.push_back(std::move(*pull));
    } else {
      logger_.Warning("left an unreadable pull request out", {{"error", pull.error().message}});
    }
    return {};
  }

  Logger& logger_;
  Requester requester_;
  PageCache cache_{kCachedPages};
};

}  // namespace

std::unique_ptr<Client> MakeClient(ClientOptions options, http::Client& http,
                                   Credentials& credentials, HostBudget& budget, Clock& clock,
                                   Logger& logger, metrics::Metrics& metrics) {
  return std::make_unique<RestClient>(
      Surroundings{std::move(options), http, credentials, budget, clock, logger, metrics});
}

}  // namespace prow_coverage::github
