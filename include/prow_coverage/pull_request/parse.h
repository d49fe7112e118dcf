#pragma once

#include "prow_coverage/base/error.h"
#include "prow_coverage/json/document.h"
#include "prow_coverage/pull_request/pull_request.h"

namespace prow_coverage {

// Reads GitHub's `pull_request` object, of a webhook or of `GET /repos/{o}/{r}/pulls/{n}`. A
// deleted fork (`head.repo: null`) and a deleted account (`user: null`) are fine.
// Errors: kInvalidArgument, naming the field that is missing or of another type, or that is no
// plausible value (a SHA that is not 40 or 64 lower-case hex digits, a number that is not positive,
// an empty ref or one with white space, an owner or repository with a slash in it, a link that is
// not HTTP, a title over 16 KiB).
[[nodiscard]] Result<PullRequest> ParsePullRequest(const json::Value& object);

}  // namespace prow_coverage
