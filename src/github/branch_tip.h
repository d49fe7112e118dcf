#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/base/error.h"
#include "prow_coverage/json/document.h"

namespace prow_coverage::github {

// SHA of `branch` from the answer of `GET /repos/{o}/{r}/git/ref/heads/{branch}`. Older GitHub
// Enterprise servers answer with every ref that begins with that name when there is none of it.
// Errors: kNotFound when the answer speaks of other refs; kInvalidArgument when it is no ref at
// all.
[[nodiscard]] Result<std::string> ParseBranchTip(const json::Value& answer,
                                                 std::string_view branch);

}  // namespace prow_coverage::github
