#include "reconciled_event.h"

#include "prow_coverage/base/uuid.h"
#include "prow_coverage/handler/synthetic_delivery.h"

namespace prow_coverage::handler {
namespace {

std::string Guid(const PullRequest& pull, std::string_view github_host_url, std::int64_t after) {
  std::string name = std::string(github_host_url) + "/" + RepoName(pull) + "/pull/" +
                     std::to_string(pull.number) + "/" + pull.head_sha + "/reconcile";
  if (after != 0) name += "/" + std::to_string(after);
  return UrlUuid(name);
}

}  // namespace

inbox::NewDelivery ReconciledDelivery(const PullRequest& pull, std::string_view github_host_url,
                                      std::int64_t after, const std::string& because) {
  return SyntheticDelivery(pull, Guid(pull, github_host_url, after), kReconcileOrigin, because);
}

}  // namespace prow_coverage::handler
