#include <iterator>
#include <map>
#include <stdexcept>

#include <prometheus/counter.h>
#include <prometheus/family.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

#include "prow_coverage/base/utf8.h"
#include "prow_coverage/metrics/metrics.h"

#include "table.h"

namespace prow_coverage::metrics {
namespace {

// Prow's buckets are client_golang's defaults; ours reach further down, since most events are
// decided within a few milliseconds.
const prometheus::Histogram::BucketBoundaries kBuckets = {0.001, 0.005, 0.025, 0.1, 0.25, 0.5,
                                                          1,     2.5,   5,     10,  30,   120};

class PrometheusMetrics final : public Metrics {
 public:
  PrometheusMetrics() {
    for (const Definition& row : kTable) Register(row);
  }

  void Add(Metric counter, Labels labels, double value) override {
    counters_.at(counter)->Add(ToLabels(counter, labels)).Increment(value);
  }
  void Set(Metric gauge, Labels labels, double value) override {
    gauges_.at(gauge)->Add(ToLabels(gauge, labels)).Set(value);
  }
  void Observe(Metric histogram, Labels labels, double value) override {
    histograms_.at(histogram)->Add(ToLabels(histogram, labels), kBuckets).Observe(value);
  }
  std::string Expose() const override {
    return prometheus::TextSerializer().Serialize(registry_.Collect());
  }

 private:
  void Register(const Definition& row) {
    switch (row.kind) {
      case Kind::kCounter:
        counters_[row.metric] =
            &prometheus::BuildCounter().Name(row.name).Help(row.help).Register(registry_);
        break;
      case Kind::kGauge:
        gauges_[row.metric] =
            &prometheus::BuildGauge().Name(row.name).Help(row.help).Register(registry_);
        break;
      case Kind::kHistogram:
        histograms_[row.metric] =
            &prometheus::BuildHistogram().Name(row.name).Help(row.help).Register(registry_);
        break;
    }
    // A metric without labels exists from the start, so that an alert on it is never blind.
    if (row.labels[0].empty() && row.kind == Kind::kCounter) counters_[row.metric]->Add({});
    if (row.labels[0].empty() && row.kind == Kind::kGauge) gauges_[row.metric]->Add({});
  }

  static prometheus::Labels ToLabels(Metric metric, Labels values) {
    const Definition& row = kTable[static_cast<std::size_t>(metric)];
    prometheus::Labels labels;
    const auto* value = values.begin();
    for (const std::string_view name : row.labels) {
      if (name.empty()) break;
      if (value == values.end()) throw std::logic_error(std::string(row.name) + ": too few labels");
      labels.emplace(name, ToValidUtf8(*value++));
    }
    if (value != values.end()) throw std::logic_error(std::string(row.name) + ": too many labels");
    return labels;
  }

  prometheus::Registry registry_;
  // Written by the constructor only.
  std::map<Metric, prometheus::Family<prometheus::Counter>*> counters_;
  std::map<Metric, prometheus::Family<prometheus::Gauge>*> gauges_;
  std::map<Metric, prometheus::Family<prometheus::Histogram>*> histograms_;
};

constexpr bool TableIsInOrder() {
  for (std::size_t i = 0; i < std::size(kTable); ++i) {
    if (kTable[i].metric != static_cast<Metric>(i)) return false;
  }
  return true;
}
static_assert(TableIsInOrder(), "kTable is indexed by Metric");

}  // namespace

std::unique_ptr<Metrics> MakePrometheusMetrics() { return std::make_unique<PrometheusMetrics>(); }

}  // namespace prow_coverage::metrics
