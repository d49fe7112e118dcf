#include "prow_coverage/handler/interest.h"

#include <algorithm>
#include <iterator>
#include <string>

#include "prow_coverage/pull_request/repo_name.h"

namespace prow_coverage::handler {
namespace {

constexpr std::string_view kEvent = "pull_request";
constexpr std::string_view kActions[] = {"opened", "synchronize", "reopened", "closed"};

}  // namespace

std::optional<Reason> NotOurs(std::string_view event_type, const webhook::Envelope& envelope,
                              const Settings& settings) {
  if (event_type != kEvent) return Reason::kEventNotHandled;
  if (std::find(std::begin(kActions), std::end(kActions), envelope.action) == std::end(kActions)) {
    return Reason::kActionNotHandled;
  }
  const auto repository = SplitRepoName(envelope.repository);
  if (!repository || settings.jobs.For(repository->org, repository->repo) == nullptr) {
    return Reason::kRepositoryNotConfigured;
  }
  return std::nullopt;
}

}  // namespace prow_coverage::handler
