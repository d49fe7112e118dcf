#include "prow_coverage/pull_request/pull_request.h"

#include "prow_coverage/pull_request/repo_name.h"

namespace prow_coverage {

std::string RepoName(const PullRequest& pull) { return RepoName(pull.org, pull.repo); }

std::string PullName(const PullRequest& pull) { return PullName(pull.org, pull.repo, pull.number); }

}  // namespace prow_coverage
