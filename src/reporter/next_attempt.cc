#include "next_attempt.h"

#include <utility>

#include "prow_coverage/handler/synthetic_delivery.h"

namespace prow_coverage::reporter {

inbox::NewDelivery NextAttempt(const PullRequest& pull, const Job& aborted) {
  auto guid = "rerun-" + aborted.name + "-" +
              std::to_string(aborted.start_time.time_since_epoch() / std::chrono::seconds(1));
  return handler::SyntheticDelivery(pull, std::move(guid), "reporter");
}

}  // namespace prow_coverage::reporter
