#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage {

std::string RepoName(const PullRequest& pull) { return pull.org + "/" + pull.repo; }

std::string PullName(const PullRequest& pull) {
  return RepoName(pull) + "#" + std::to_string(pull.number);
}

}  // namespace prow_coverage
