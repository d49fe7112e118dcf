#include "survey.h"

#include <utility>

#include "prow_coverage/handler/interest.h"
#include "prow_coverage/handler/synthetic_delivery.h"
#include "prow_coverage/prow/prow_job.h"

#include "reconciled_event.h"

namespace prow_coverage::handler {
namespace {

inbox::PullKey KeyOf(const PullRequest& pull) { return {pull.org, pull.repo, pull.number}; }

// The webhook path's own question about an event of this pull request.
bool IsOurs(const PullRequest& pull, const Settings& settings) {
  const webhook::Envelope envelope{std::string(kSyntheticAction), RepoName(pull), pull.org};
  return !NotOurs("pull_request", envelope, settings);
}

Task<Result<void>> ReadInbox(inbox::Inbox& inbox, Survey& survey) {
  std::vector<inbox::PullKey> keys;
  for (const PullRequest& pull : survey.pulls) keys.push_back(KeyOf(pull));
  auto sightings = co_await inbox.Sightings(std::move(keys));
  if (!sightings) co_return sightings.error();
  for (auto& sighting : *sightings) {
    survey.sightings[sighting.pull].push_back(std::move(sighting));
  }
  co_return Result<void>();
}

// Page by page: ten thousand ProwJobs at once would be a hundred megabytes of text.
Task<Result<void>> ListJobs(kube::Client& kube, const Settings& settings, Survey& survey) {
  const auto resource = ProwJobs(settings);
  kube::ListOptions options;
  options.label_selector = prow::kOurJobs;
  options.single_page = true;
  do {
    const auto page = co_await kube.List(resource, options);
    if (!page) co_return page.error();
    for (const std::string& item : page->items) survey.jobs.Add(item);
    options.continue_token = page->continue_token;
  } while (!options.continue_token.empty());
  co_return Result<void>();
}

}  // namespace

HeadEvidence Survey::For(const PullRequest& pull) const {
  HeadEvidence evidence;
  const auto seen = sightings.find(KeyOf(pull));
  if (seen != sightings.end()) evidence.deliveries = ReadDeliveries(seen->second, pull.head_sha);
  evidence.jobs = jobs.For(pull);
  return evidence;
}

Task<std::vector<PullRequest>> ListOpenPulls(const ReconcilerDeps& deps, const Settings& settings,
                                             std::vector<Gap>& gaps) {
  std::vector<PullRequest> pulls;
  for (const std::string& name : settings.jobs.Repositories()) {
    const auto slash = name.find('/');
    const std::string org = name.substr(0, slash);
    const std::string repo = name.substr(slash + 1);
    auto listed = co_await deps.github.ListOpenPullRequests(org, repo);
    if (!listed) {
      gaps.push_back({"listing the open pull requests of " + name, listed.error()});
      if (ConcernsAllCalls(listed.error().code)) break;
      continue;
    }
    for (PullRequest& pull : *listed) {
      if (IsOurs(pull, settings)) pulls.push_back(std::move(pull));
    }
  }
  co_return pulls;
}

Task<std::optional<Gap>> ReadInboxAndJobs(const ReconcilerDeps& deps, const Settings& settings,
                                          Survey& survey) {
  const auto read = co_await ReadInbox(deps.inbox, survey);
  if (!read) co_return Gap{"reading the inbox", read.error()};
  if (deps.kube == nullptr) co_return std::nullopt;
  const auto listed = co_await ListJobs(*deps.kube, settings, survey);
  if (!listed) co_return Gap{"listing the ProwJobs", listed.error()};
  co_return std::nullopt;
}

bool ConcernsAllCalls(ErrorCode code) {
  return code == ErrorCode::kRateLimited || code == ErrorCode::kUnauthenticated ||
         code == ErrorCode::kCancelled;
}

}  // namespace prow_coverage::handler
