#pragma once

#include "prow_coverage/inbox/inbox.h"

#include "connection.h"
#include "tables.h"

namespace prow_coverage::inbox {

// Deliveries stored meanwhile wait for a sweep, so it is small.
inline constexpr std::size_t kSweepRows = 250;

// Removes what is older than it has to be kept, at most kSweepRows rows of a kind: bodies of done
// deliveries first, then done and dead deliveries with their traces; never what is in work. Inside
// the caller's transaction; `changes` is told what went. True when there may be more.
[[nodiscard]] Result<bool> Sweep(Connection& connection, const Options& options, WallTime now,
                                 StateCounts& changes);

// Gives some of the free pages back to the file system once there are many; a few are kept, since
// the next deliveries take them.
[[nodiscard]] Result<void> Shrink(Connection& connection);

}  // namespace prow_coverage::inbox
