#include <stdexcept>

#include <gmock/gmock.h>

#include "prow_coverage/metrics/metrics.h"

#include "table.h"

namespace prow_coverage::metrics {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

TEST(PrometheusMetrics, CountsByLabel) {
  const auto metrics = MakePrometheusMetrics();
  metrics->Add(Metric::kWebhooks, {"pull_request"});
  metrics->Add(Metric::kWebhooks, {"pull_request"}, 2);
  metrics->Add(Metric::kWebhooks, {"ping"});
  const std::string text = metrics->Expose();
  EXPECT_THAT(text, HasSubstr("# TYPE prow_webhook_counter counter\n"));
  EXPECT_THAT(text, HasSubstr("prow_webhook_counter{event_type=\"pull_request\"} 3\n"));
  EXPECT_THAT(text, HasSubstr("prow_webhook_counter{event_type=\"ping\"} 1\n"));
}

TEST(PrometheusMetrics, GaugeKeepsTheLastValue) {
  const auto metrics = MakePrometheusMetrics();
  metrics->Set(Metric::kInboxDeliveries, {"received"}, 7);
  metrics->Set(Metric::kInboxDeliveries, {"received"}, 3);
  EXPECT_THAT(metrics->Expose(),
              HasSubstr("prow_coverage_inbox_deliveries{state=\"received\"} 3\n"));
}

TEST(PrometheusMetrics, HistogramCountsSumsAndFillsItsBuckets) {
  const auto metrics = MakePrometheusMetrics();
  const auto labels = {std::string_view("pull_request"), std::string_view("opened"),
                       std::string_view("coverage"), std::string_view("true")};
  metrics->Observe(Metric::kHandleDuration, labels, 0.03);
  metrics->Observe(Metric::kHandleDuration, labels, 2);
  const std::string text = metrics->Expose();
  EXPECT_THAT(text, HasSubstr("# TYPE prow_plugin_handle_duration_seconds histogram\n"));
  EXPECT_THAT(text, HasSubstr("prow_plugin_handle_duration_seconds_count{action=\"opened\","
                              "event_type=\"pull_request\",plugin=\"coverage\","
                              "took_action=\"true\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("le=\"0.1\"} 1\n"));
  EXPECT_THAT(text, HasSubstr("le=\"+Inf\"} 2\n"));
}

// An alert on a series that appears with the first fault only would miss that fault.
TEST(PrometheusMetrics, MetricsWithoutLabelsExistFromTheStart) {
  const std::string text = MakePrometheusMetrics()->Expose();
  EXPECT_THAT(text, HasSubstr("\nprow_coverage_inbox_errors_total 0\n"));
  EXPECT_THAT(text, HasSubstr("\nprow_coverage_queue_length 0\n"));
}

TEST(PrometheusMetrics, KeepsProwsOwnNames) {
  const struct {
    Metric metric;
    const char* name;
    std::vector<std::string_view> labels;
  } rows[] = {
      {Metric::kWebhooks, "prow_webhook_counter", {"event_type"}},
      {Metric::kResponseCodes, "prow_webhook_response_codes", {"response_code"}},
      {Metric::kHandleDuration,
       "prow_plugin_handle_duration_seconds",
       {"event_type", "action", "plugin", "took_action"}},
      {Metric::kHandleErrors,
       "prow_plugin_handle_errors",
       {"event_type", "action", "plugin", "took_action"}},
  };
  for (const auto& row : rows) {
    SCOPED_TRACE(row.name);
    const auto& definition = kTable[static_cast<std::size_t>(row.metric)];
    EXPECT_STREQ(definition.name, row.name);
    for (std::size_t i = 0; i < row.labels.size(); ++i) {
      EXPECT_EQ(definition.labels[i], row.labels[i]);
    }
  }
}

TEST(PrometheusMetrics, WrongNumberOfLabelsIsADefectOfTheCaller) {
  const auto metrics = MakePrometheusMetrics();
  EXPECT_THROW(metrics->Add(Metric::kWebhooks, {}), std::logic_error);
  EXPECT_THROW(metrics->Add(Metric::kWebhooks, {"a", "b"}), std::logic_error);
  EXPECT_THROW(metrics->Set(Metric::kQueueLength, {"a"}, 1), std::logic_error);
  EXPECT_THROW(metrics->Observe(Metric::kHandleDuration, {"a", "b", "c"}, 1), std::logic_error);
}

TEST(PrometheusMetrics, WrongKindIsADefectOfTheCaller) {
  const auto metrics = MakePrometheusMetrics();
  EXPECT_THROW(metrics->Add(Metric::kQueueLength, {}), std::logic_error);
  EXPECT_THROW(metrics->Set(Metric::kWebhooks, {"ping"}, 1), std::logic_error);
}

// One such byte, out of a request's header, would make Prometheus refuse every metric.
TEST(PrometheusMetrics, HostileLabelValueDoesNotBreakTheExposition) {
  const auto metrics = MakePrometheusMetrics();
  metrics->Add(Metric::kWebhooks, {"a\xFF\"\n"});
  const std::string text = metrics->Expose();
  EXPECT_THAT(text, HasSubstr("{event_type=\"a\uFFFD\\\"\\n\"} 1\n"));
  EXPECT_THAT(text, Not(HasSubstr("\xFF")));
}

}  // namespace
}  // namespace prow_coverage::metrics
