#pragma once

#include <optional>
#include <string_view>

#include "prow_coverage/handler/reason.h"
#include "prow_coverage/handler/settings.h"
#include "prow_coverage/webhook/event.h"

namespace prow_coverage::handler {

// Why a delivery needs nothing, from its envelope alone; nullopt: it is ours and has to be stored.
// Pure.
[[nodiscard]] std::optional<Reason> NotOurs(std::string_view event_type,
                                            const webhook::Envelope& envelope,
                                            const Settings& settings);

}  // namespace prow_coverage::handler
