#include "prow_coverage/github/commit_gone.h"

namespace prow_coverage::github {

// "answered 422 (No commit found for SHA: …)"; a 422 with other words is about the request.
bool IsCommitGone(const Error& error) {
  return error.code == ErrorCode::kRejected &&
         error.message.find("No commit found") != std::string::npos;
}

}  // namespace prow_coverage::github
