#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

namespace prow_coverage::metrics {

// Every metric of the daemon; name, help, kind and label names stand in the table of
// src/metrics/table.h. The first four carry Prow's own names, so that its dashboards keep working.
enum class Metric {
  kWebhooks,            // prow_webhook_counter{event_type}
  kResponseCodes,       // prow_webhook_response_codes{response_code}
  kHandleDuration,      // prow_plugin_handle_duration_seconds{event_type,action,plugin,took_action}
  kHandleErrors,        // prow_plugin_handle_errors{event_type,action,plugin,took_action}
  kDecisions,           // prow_coverage_decisions_total{reason}
  kQueueLength,         // prow_coverage_queue_length
  kInFlight,            // prow_coverage_in_flight
  kGitHubRequests,      // prow_coverage_github_requests_total{code}
  kKubernetesRequests,  // prow_coverage_kubernetes_requests_total{code}
  kInboxDeliveries,     // prow_coverage_inbox_deliveries{state}
  kInboxErrors,         // prow_coverage_inbox_errors_total
  kUnansweredHeads,     // prow_coverage_heads_without_answer
  kReports,             // prow_coverage_reports_total{state}
  kWatchedJobs,         // prow_coverage_watched_jobs
  kStrangeJobs,         // prow_coverage_strange_jobs_total{why}
  kReporting,           // prow_coverage_reporting
};

// Thread-safe. Label values are given in the order of the table; their number must match it.
class Metrics {
 public:
  using Labels = std::initializer_list<std::string_view>;

  virtual ~Metrics() = default;
  virtual void Add(Metric counter, Labels labels, double value = 1) = 0;
  virtual void Set(Metric gauge, Labels labels, double value) = 0;
  virtual void Observe(Metric histogram, Labels labels, double value) = 0;

  // Prometheus text format 0.0.4.
  virtual std::string Expose() const = 0;
};

[[nodiscard]] std::unique_ptr<Metrics> MakePrometheusMetrics();

}  // namespace prow_coverage::metrics
