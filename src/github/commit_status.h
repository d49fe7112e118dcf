#pragma once

#include <string>
#include <vector>

#include "prow_coverage/base/error.h"
#include "prow_coverage/github/client.h"
#include "prow_coverage/json/document.h"

namespace prow_coverage::github {

// The body of `POST /repos/{o}/{r}/statuses/{sha}`. Bytes that are no UTF-8 are replaced.
[[nodiscard]] std::string RenderStatus(const CommitStatus& status);

// The answer of `GET /repos/{o}/{r}/commits/{sha}/status`: the newest status of each context. One
// with a state that GitHub does not document is left out.
// Errors: kInvalidArgument, naming what is missing.
[[nodiscard]] Result<std::vector<CommitStatus>> ParseStatuses(const json::Value& combined);

}  // namespace prow_coverage::github
