#pragma once

#include "prow_coverage/base/error.h"

namespace prow_coverage::github {

// Whether `error`, of a status that was to be set or listed, says that GitHub knows no such commit:
// the one refusal of these calls that no operator can mend.
[[nodiscard]] bool IsCommitGone(const Error& error);

}  // namespace prow_coverage::github
