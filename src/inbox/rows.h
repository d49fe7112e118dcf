#pragma once

#include <string>
#include <string_view>

#include "prow_coverage/inbox/delivery.h"

#include "connection.h"

namespace prow_coverage::inbox {

// The columns of `deliveries d` that ReadDelivery expects first in a row.
inline constexpr const char* kDeliveryColumns =
    "d.id, d.guid, d.event_type, d.action, d.org, d.repo, d.number, d.head_sha, d.origin, "
    "d.received_at, d.state, d.next_attempt_at, d.attempts, d.reason, d.detail, d.job_name";

// Everything but the body. Errors: kInternal for a state that there is none of.
[[nodiscard]] Result<Delivery> ReadDelivery(const Query& row);

// The body too, which follows in the row. Errors also: kInternal when it is damaged.
[[nodiscard]] Result<Delivery> ReadWholeDelivery(const Query& row);

// True for kDone and kDead.
[[nodiscard]] bool HasEnded(State state);

// Adds one line to the trace of a delivery, cut at kDetailLimit.
[[nodiscard]] Result<void> AppendStep(Connection& connection, std::int64_t id, const Step& step);

// Makes a dead delivery kReceived again, due at once and as if it had just arrived, and says in its
// trace by what (`how`).
[[nodiscard]] Result<void> Revive(Connection& connection, std::int64_t id, WallTime now,
                                  const std::string& how);

// What `deliveries.body_sha256` holds once the body has been dropped; NULL until then, since
// hashing every body on arrival would be an eighth of the cost of storing it.
[[nodiscard]] std::string Sha256(std::string_view body);

// Bytes of a detail that are kept.
inline constexpr std::size_t kDetailLimit = std::size_t{64} << 10;

}  // namespace prow_coverage::inbox
