#include "prow_coverage/handler/failure.h"

#include <algorithm>

namespace prow_coverage::handler {
namespace {

using std::chrono::milliseconds;

constexpr BackOff kBackOff{std::chrono::seconds(2), std::chrono::minutes(5)};

Failure Wait(Remote remote, bool alert) {
  const auto reason =
      remote == Remote::kKubernetes ? Reason::kWaitingForKubernetes : Reason::kWaitingForGitHub;
  return {reason, true, alert};
}

Failure GiveUp(Remote remote) {
  const auto reason =
      remote == Remote::kKubernetes ? Reason::kRefusedByKubernetes : Reason::kRefusedByGitHub;
  return {reason, false, true};
}

}  // namespace

Failure Classify(const Error& error, Remote remote) {
  if (remote == Remote::kInbox) return {Reason::kWaitingForInbox, true, true};
  switch (error.code) {
    case ErrorCode::kRateLimited:
    case ErrorCode::kUnavailable:
    case ErrorCode::kCancelled:
    case ErrorCode::kExpired:
    case ErrorCode::kConflict:
      return Wait(remote, false);
    case ErrorCode::kUnauthenticated:
    case ErrorCode::kPermissionDenied:
    case ErrorCode::kInvalidArgument:  // a certificate that is refused, a proxy's HTML: mendable
    case ErrorCode::kInternal:
      return Wait(remote, true);
    case ErrorCode::kNotFound:
      // Of Kubernetes: the namespace or the CRD is missing. Of GitHub: the client has already given
      // a fresh pull request its time, but what a credential may not see is answered 404 as well.
      // An operator mends both.
      if (remote == Remote::kGitHub) return {Reason::kWaitingForAccess, true, true};
      return Wait(remote, true);
    case ErrorCode::kRejected:
      return remote == Remote::kGitHubStatus ? Wait(remote, true) : GiveUp(remote);
    case ErrorCode::kTooLarge:
    case ErrorCode::kAlreadyExists:
      return GiveUp(remote);
  }
  return Wait(remote, true);
}

std::chrono::milliseconds RetryDelay(const Error& error, int attempts, double random) {
  const auto own = std::max(FullJitter(kBackOff, attempts, random), milliseconds(250));
  if (!error.retry_after) return own;
  const auto spread =
      std::clamp<milliseconds>(*error.retry_after / 4, milliseconds(500), std::chrono::seconds(30));
  const auto told = *error.retry_after + std::chrono::duration_cast<milliseconds>(spread * random);
  // One that keeps saying "at once" is not asked in a loop.
  return std::max(told, own);
}

}  // namespace prow_coverage::handler
