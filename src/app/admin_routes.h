#pragma once

#include <functional>
#include <vector>

#include "prow_coverage/handler/settings.h"
#include "prow_coverage/metrics/metrics.h"
#include "prow_coverage/server/server.h"

namespace prow_coverage::app {

// `POST /help` with Prow's plugin-help object, on the webhook port.
[[nodiscard]] server::Route HelpRoute(handler::SettingsSource settings);

// `/healthz` and `/healthz/ready`; `not_ready` answers why not, or "" when ready.
[[nodiscard]] std::vector<server::Route> HealthRoutes(std::function<std::string()> not_ready);

// `/metrics`; `refresh` sets the gauges that are read rather than counted.
[[nodiscard]] std::vector<server::Route> MetricsRoutes(metrics::Metrics& metrics,
                                                       std::function<void()> refresh);

}  // namespace prow_coverage::app
