#pragma once

#include <string_view>

#include "prow_coverage/metrics/metrics.h"

namespace prow_coverage::metrics {

enum class Kind { kCounter, kGauge, kHistogram };

struct Definition {
  Metric metric;
  Kind kind;
  const char* name;
  const char* help;
  std::string_view labels[4];  // "" ends the list
};

inline constexpr Definition kTable[] = {
    {Metric::kWebhooks,
     Kind::kCounter,
     "prow_webhook_counter",
     "Webhooks received, by event type.",
     {"event_type"}},
    {Metric::kResponseCodes,
     Kind::kCounter,
     "prow_webhook_response_codes",
     "Answers to webhooks, by HTTP status.",
     {"response_code"}},
    {Metric::kHandleDuration,
     Kind::kHistogram,
     "prow_plugin_handle_duration_seconds",
     "How long work on an event took.",
     {"event_type", "action", "plugin", "took_action"}},
    {Metric::kHandleErrors,
     Kind::kCounter,
     "prow_plugin_handle_errors",
     "Pieces of work on an event that ended in an error.",
     {"event_type", "action", "plugin", "took_action"}},
    {Metric::kDecisions,
     Kind::kCounter,
     "prow_coverage_decisions_total",
     "Decisions, by reason.",
     {"reason"}},
    {Metric::kQueueLength,
     Kind::kGauge,
     "prow_coverage_queue_length",
     "Deliveries between the server and the workers.",
     {}},
    {Metric::kInFlight, Kind::kGauge, "prow_coverage_in_flight", "Deliveries being worked on.", {}},
    {Metric::kGitHubRequests,
     Kind::kCounter,
     "prow_coverage_github_requests_total",
     "Requests to GitHub, by HTTP status (0: no answer).",
     {"code"}},
    {Metric::kKubernetesRequests,
     Kind::kCounter,
     "prow_coverage_kubernetes_requests_total",
     "Requests to the Kubernetes API, by HTTP status (0: no answer).",
     {"code"}},
    {Metric::kInboxDeliveries,
     Kind::kGauge,
     "prow_coverage_inbox_deliveries",
     "Deliveries in the inbox, by state.",
     {"state"}},
    {Metric::kInboxErrors,
     Kind::kCounter,
     "prow_coverage_inbox_errors_total",
     "Commits of the inbox that failed.",
     {}},
    {Metric::kUnansweredHeads,
     Kind::kGauge,
     "prow_coverage_heads_without_answer",
     "Open pull requests whose head had no answer and no work under way, at the last "
     "reconciliation.",
     {}},
    {Metric::kReports,
     Kind::kCounter,
     "prow_coverage_reports_total",
     "Commit statuses set from the state of a job, by state.",
     {"state"}},
    {Metric::kWatchedJobs,
     Kind::kGauge,
     "prow_coverage_watched_jobs",
     "Coverage ProwJobs that exist.",
     {}},
    {Metric::kStrangeJobs,
     Kind::kCounter,
     "prow_coverage_strange_jobs_total",
     "ProwJobs with our label that are not reported (broken, or of no head of ours).",
     {"why"}},
    {Metric::kReporting,
     Kind::kGauge,
     "prow_coverage_reporting",
     "1 for the replica that sets the statuses.",
     {}},
};

}  // namespace prow_coverage::metrics
