#pragma once

#include <optional>
#include <vector>

#include "prow_coverage/base/clock.h"
#include "prow_coverage/base/error.h"
#include "prow_coverage/github/client.h"

#include "heads.h"

namespace prow_coverage::reporter {

// The status of ours that stands, from the newest to the oldest of a commit.
[[nodiscard]] std::optional<github::CommitStatus> OursAmong(
    const std::vector<github::CommitStatus>& statuses);

// Whether GitHub's answer means that nobody waits for this head any more: the commit is gone, or
// its jobs are and everything has been refused for a day. What a credential may not see is answered
// like a repository that was deleted, and an operator may mend it.
[[nodiscard]] bool MeansGone(const Error& error, const Entry& entry, MonotonicTime now);

}  // namespace prow_coverage::reporter
