#pragma once

#include <string>

#include "prow_coverage/base/logger.h"
#include "prow_coverage/handler/dispatcher.h"
#include "prow_coverage/handler/settings.h"
#include "prow_coverage/metrics/metrics.h"
#include "prow_coverage/server/server.h"
#include "prow_coverage/webhook/secret_file.h"

namespace prow_coverage::app {

struct WebhookDeps {
  webhook::SecretFile& secrets;
  handler::SettingsSource settings;
  handler::Dispatcher& dispatcher;
  inbox::Inbox* keep_ignored;  // where what needs nothing is kept; nullptr: nowhere
  metrics::Metrics& metrics;
  Logger& logger;
};

// The row for `POST <endpoint>`: the checks of contracts.md 2 in their order, then "not ours", or
// stored and handed over before the 200. What `deps` refers to must outlive the server.
[[nodiscard]] server::Route WebhookRoute(const std::string& endpoint, WebhookDeps deps);

}  // namespace prow_coverage::app
